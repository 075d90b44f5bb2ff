using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Ingest;
using Hub.Mqtt;
using Hub.Mqtt.Tls;
using Hub.Tests.Support;

namespace Hub.Tests.Ingest;

public sealed class DeviceCertificateTests : IAsyncDisposable
{
    private readonly Door _door = new();
    private readonly TestAuthority _authority;
    private readonly Gatekeeper _keeper;

    public DeviceCertificateTests()
    {
        _authority = new TestAuthority(_door.Clock.GetUtcNow());
        var known = new ClientAuthorities([_authority.Root]);
        _keeper = new Gatekeeper(_door.Registry, null, _door.Front, _door.Options, _door.Clock, "boot-secret", () => known);
    }

    public async ValueTask DisposeAsync()
    {
        _authority.Dispose();
        await _door.DisposeAsync();
    }

    [Fact]
    public async Task A_device_signs_in_by_its_certificate_alone_and_speaks_under_its_own_id()
    {
        using var certificate = _authority.Issue("alarm-1");
        var verdict = await ShowAsync(certificate);
        Assert.Equal(ReasonCode.Success, verdict.Reason);
        Assert.Equal(ReasonCode.Success, _keeper.MayPublish(verdict.Principal, "hub/v1/alarm-1/event"u8));
        Assert.Equal(ReasonCode.NotAuthorized, _keeper.MayPublish(verdict.Principal, "hub/v1/gw-1/event"u8));
    }

    [Theory]
    [InlineData("urn:hub:device:alarm-1", null, "gw-1")]
    [InlineData("URN:hub:device:alarm-1", null, "Smoke alarm in flat 101")]
    [InlineData(null, "alarm-1", "gw-1")]
    [InlineData("https://maker.example/serial/4711", "nobody.example", "alarm-1")]
    [InlineData(null, null, "alarm-1")]
    public async Task The_device_is_named_by_an_alternative_name_or_else_by_the_common_name(string? uri, string? dns, string common)
    {
        using var certificate = _authority.Issue(common, alternatives: names =>
        {
            if (uri is not null) names.AddUri(new Uri(uri));
            if (dns is not null) names.AddDnsName(dns);
            names.AddEmailAddress("maker@example.com");
        });
        Assert.Equal(new Principal.DevicePrincipal("alarm-1"), (await ShowAsync(certificate)).Principal);
    }

    [Theory]
    [InlineData("Somebody")]
    [InlineData("Estate authority")] // the name of ours, but not its key
    public async Task A_certificate_of_another_authority_is_refused_even_with_the_right_password(string name)
    {
        using var stranger = new TestAuthority(_door.Clock.GetUtcNow(), name);
        using var certificate = stranger.Issue("alarm-1");
        var verdict = await ShowAsync(certificate, "alarm-1", "alarm-secret");
        Assert.Equal(ReasonCode.NotAuthorized, verdict.Reason);
        Assert.Contains("not issued by", verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_counts_until_its_last_day_by_the_clock_of_the_hub()
    {
        using var certificate = _authority.Issue("alarm-1", days: 30);
        Assert.Equal(ReasonCode.Success, (await ShowAsync(certificate)).Reason);
        _door.Clock.Advance(TimeSpan.FromDays(31));
        var verdict = await ShowAsync(certificate);
        Assert.Equal(ReasonCode.NotAuthorized, verdict.Reason);
        Assert.Contains("expired", verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_made_for_servers_is_refused()
    {
        using var certificate = _authority.Issue("alarm-1", TestAuthority.ForServers);
        var verdict = await ShowAsync(certificate);
        Assert.Equal(ReasonCode.NotAuthorized, verdict.Reason);
        Assert.Contains("not made for clients", verdict.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", null, ReasonCode.NotAuthorized, "names no registered device")]
    [InlineData("old-1", null, ReasonCode.Banned, "disabled")]
    [InlineData("alarm-1", "gw-1", ReasonCode.NotAuthorized, "user name")]
    [InlineData("alarm-1", "alarm-1", ReasonCode.Success, null)]
    public async Task Whose_certificate_it_is_decides(string name, string? user, ReasonCode expected, string? why)
    {
        using var certificate = _authority.Issue(name);
        var verdict = await ShowAsync(certificate, user);
        Assert.Equal(expected, verdict.Reason);
        if (why is not null) Assert.Contains(why, verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_device_is_shut_out_and_let_in_again()
    {
        using var certificate = _authority.Issue("alarm-1");
        await _door.Registry.DisableAsync("alarm-1", disabled: true, Door.Stop);
        Assert.Equal(ReasonCode.Banned, (await ShowAsync(certificate)).Reason);
        await _door.Registry.DisableAsync("alarm-1", disabled: false, Door.Stop);
        Assert.Equal(ReasonCode.Success, (await ShowAsync(certificate)).Reason);
    }

    [Fact]
    public async Task Without_authorities_a_certificate_proves_nothing()
    {
        using var certificate = _authority.Issue("alarm-1");
        var keeper = new Gatekeeper(_door.Registry, null, _door.Front, _door.Options, _door.Clock);
        var request = new ConnectRequest { ClientId = "c", ClientCertificate = certificate };
        Assert.Equal(ReasonCode.NotAuthorized, (await keeper.ConnectAsync(request, Door.Stop)).Reason);
    }

    [Fact]
    public async Task An_intermediate_authority_may_stand_in_the_bundle()
    {
        using var branch = _authority.Branch();
        using var certificate = branch.Issue("alarm-1");
        Assert.Equal(ReasonCode.NotAuthorized, (await ShowAsync(certificate)).Reason);
        var both = new ClientAuthorities([_authority.Root, branch.Root]);
        Assert.Null(both.Fault(certificate, _door.Clock.GetUtcNow()));
    }

    [Fact]
    public void Names_that_cannot_be_read_leave_the_common_name()
    {
        using var certificate = _authority.Issue("alarm-1");
        Assert.Equal(["alarm-1"], DeviceCertificates.Names(certificate));
    }

    private ValueTask<ConnectVerdict> ShowAsync(X509Certificate2 certificate, string? user = null, string password = "") =>
        _keeper.ConnectAsync(new ConnectRequest { ClientId = "c", UserName = user, Password = Encoding.UTF8.GetBytes(password), ClientCertificate = certificate }, Door.Stop);
}

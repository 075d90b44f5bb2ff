using Hub.Commands;
using Hub.Settings;
using Hub.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Hub.Tests.Settings;

public sealed class CertificateCheckTests : IDisposable
{
    private static readonly DateTimeOffset noon = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("hub-certificates-").FullName;
    private readonly ManualClock clock = new(noon);
    private readonly TestAuthority authority = new(noon);
    private readonly StringWriter said = new();
    private readonly Findings findings;

    public CertificateCheckTests() => findings = new Findings(said);

    public void Dispose()
    {
        authority.Dispose();
        said.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_certificate_with_a_month_to_go_is_no_matter()
    {
        Assert.Equal("1 read, the first expires on 2026-12-23", Check(days: 31));
        Assert.Empty(said.ToString());
        Assert.Empty(findings.Faults);
    }

    [Fact]
    public void A_certificate_that_expires_within_30_days_is_told_in_both_languages_with_its_key_name_and_day()
    {
        Check(days: 18);

        var line = said.ToString();
        Assert.StartsWith("note: Hub:Mqtt:Certificate: '127.0.0.1' expires on 2026-12-10, in 18 days", line, StringComparison.Ordinal);
        Assert.Contains("将于 2026-12-10 到期（还有 18 天）", line, StringComparison.Ordinal);
        Assert.Empty(findings.Faults);
    }

    [Fact]
    public void A_certificate_that_has_expired_is_a_fault()
    {
        Check(days: -3);

        Assert.Contains("expired on 2026-11-19", Assert.Single(findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_of_the_devices_that_soon_expires_is_told_too()
    {
        using var old = new TestAuthority(noon.AddYears(-1).AddDays(9), "Old authority");
        Check(days: 90, Bundle(old));

        Assert.StartsWith("note: Hub:Mqtt:ClientCa: 'Old authority' expires on 2026-12-01, in 9 days", said.ToString(), StringComparison.Ordinal);
        Assert.Empty(findings.Faults);
    }

    [Fact]
    public void An_expired_authority_is_a_fault_alone_and_a_note_beside_its_successor()
    {
        using var old = new TestAuthority(noon.AddYears(-1).AddDays(-1), "Old authority");

        Check(days: 90, Bundle(old, authority));
        Assert.Contains("'Old authority' expired on 2026-11-21 and can be taken out", said.ToString(), StringComparison.Ordinal);
        Assert.Empty(findings.Faults);

        Check(days: 90, Bundle(old));
        Assert.Contains("'Old authority' expired on 2026-11-21; renew it", Assert.Single(findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_from_tomorrow_is_a_fault()
    {
        clock.Advance(TimeSpan.FromDays(-3)); // the authority issues from yesterday on

        Check(days: 90);

        Assert.Contains("is not valid before 2026-11-21", Assert.Single(findings.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hub_without_certificates_is_not_asked_for_any() => Assert.False(CertificateCheck.Concerns(Settings([])));

    private string Check(int days, string? clientCa = null)
    {
        using var server = authority.Issue("127.0.0.1", TestAuthority.ForServers, days: days);
        TestAuthority.Write(server, In("hub.pem"), In("hub.key"));
        var settings = Settings(new() { ["Hub:Mqtt:TlsPort"] = "8883", ["Hub:Mqtt:Certificate"] = In("hub.pem"), ["Hub:Mqtt:CertificateKey"] = In("hub.key"), ["Hub:Mqtt:ClientCa"] = clientCa });
        Assert.True(CertificateCheck.Concerns(settings));
        return new CertificateCheck(settings, clock, findings).Run();
    }

    private static HubSettings Settings(Dictionary<string, string?> keys) => HubSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(keys).Build());

    private string Bundle(params TestAuthority[] authorities)
    {
        File.WriteAllText(In("ca.pem"), string.Concat(authorities.Select(a => a.Root.ExportCertificatePem() + "\n")));
        return In("ca.pem");
    }

    private string In(string name) => Path.Combine(folder, name);
}

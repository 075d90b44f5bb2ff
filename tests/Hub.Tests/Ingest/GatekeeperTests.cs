using System.Security.Cryptography;
using System.Text;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Mqtt;

namespace Hub.Tests.Ingest;

public sealed class GatekeeperTests : IAsyncDisposable
{
    private readonly Door _door = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Theory]
    [InlineData("alarm-1", "alarm-secret", ReasonCode.Success)]
    [InlineData("alarm-1", "wrong", ReasonCode.BadUserNameOrPassword)]
    [InlineData("alarm-1", "", ReasonCode.BadUserNameOrPassword)]
    [InlineData(Door.Known, "anything", ReasonCode.BadUserNameOrPassword)]
    [InlineData("old-1", "old-secret", ReasonCode.Banned)]
    [InlineData("nobody", "alarm-secret", ReasonCode.BadUserNameOrPassword)]
    [InlineData(null, "", ReasonCode.NotAuthorized)]
    public async Task Only_a_device_with_its_own_password_gets_in(string? user, string password, ReasonCode expected)
    {
        var keeper = Keeper();
        Assert.Equal(expected, (await ConnectAsync(keeper, user, password)).Reason);
        Assert.Equal(expected, (await ConnectAsync(keeper, user, password)).Reason);
    }

    [Fact]
    public async Task A_changed_password_takes_effect_at_once()
    {
        var keeper = Keeper();
        Assert.Equal(ReasonCode.Success, (await ConnectAsync(keeper, "alarm-1", "alarm-secret")).Reason);
        await _door.Registry.RegisterAsync([_door.Registry.RecordOf("alarm-1")! with { CredentialHash = Core.PasswordHash.Create("new", 100) }], [], [], Door.Stop);
        Assert.Equal(ReasonCode.BadUserNameOrPassword, (await ConnectAsync(keeper, "alarm-1", "alarm-secret")).Reason);
        Assert.Equal(ReasonCode.Success, (await ConnectAsync(keeper, "alarm-1", "new")).Reason);
    }

    [Theory]
    [InlineData("hub/v1/alarm-1/event", ReasonCode.Success)]
    [InlineData("hub/v1/alarm-1/telemetry", ReasonCode.Success)]
    [InlineData("hub/v1/alarm-1/cmd", ReasonCode.NotAuthorized)]
    [InlineData("hub/v1/alarm-2/event", ReasonCode.NotAuthorized)]
    [InlineData("hub/v1/alarm-1x/event", ReasonCode.NotAuthorized)]
    [InlineData("hub/v1/cases/1", ReasonCode.NotAuthorized)]
    [InlineData("hub/v1/hub/status", ReasonCode.NotAuthorized)]
    [InlineData("other/topic", ReasonCode.NotAuthorized)]
    public async Task A_device_publishes_only_under_its_own_id(string topic, ReasonCode expected)
    {
        var keeper = Keeper();
        var alarm = (await ConnectAsync(keeper, "alarm-1", "alarm-secret")).Principal;
        Assert.Equal(expected, keeper.MayPublish(alarm, Encoding.UTF8.GetBytes(topic)));
        Assert.Equal(expected == ReasonCode.Success ? 0 : 1, _door.Ledger.Snapshot().Rejected.GetValueOrDefault("not-authorized"));
        Assert.True(_door.Ledger.Snapshot().Balanced);
    }

    [Fact]
    public async Task A_gateway_speaks_and_listens_for_its_children_too()
    {
        var keeper = Keeper();
        var gateway = (await ConnectAsync(keeper, "gw-1", "gw-secret")).Principal;
        Assert.Equal(ReasonCode.Success, keeper.MayPublish(gateway, Encoding.UTF8.GetBytes($"hub/v1/{Door.Known}/telemetry")));
        Assert.Equal(ReasonCode.Success, keeper.MayPublish(gateway, "hub/v1/gw-1/status"u8));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MayPublish(gateway, "hub/v1/alarm-1/event"u8));
        Assert.Equal(ReasonCode.Success, keeper.MaySubscribe(gateway, $"hub/v1/{Door.Known}/cmd"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(gateway, "hub/v1/+/cmd"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(gateway, "#"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(gateway, "hub/v1/gw-1/telemetry"));
    }

    [Fact]
    public async Task A_token_is_held_to_its_topics_and_its_time()
    {
        var tokens = new Tokens(
            Token("dash", "dash-secret", ["hub/v1/cases/#"], 0, revoked: false),
            Token("gone", "gone-secret", ["#"], 0, revoked: true),
            Token("late", "late-secret", ["#"], _door.NowMs - 1, revoked: false));
        var keeper = Keeper(tokens);
        var dash = (await ConnectAsync(keeper, "anything", "dash-secret")).Principal;
        Assert.Equal(ReasonCode.Success, keeper.MaySubscribe(dash, "hub/v1/cases/+"));
        Assert.Equal(ReasonCode.Success, keeper.MaySubscribe(dash, "hub/v1/cases"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(dash, "hub/v1/#"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MayPublish(dash, "hub/v1/alarm-1/event"u8));
        Assert.Equal(ReasonCode.BadUserNameOrPassword, (await ConnectAsync(keeper, "x", "gone-secret")).Reason);
        Assert.Equal(ReasonCode.BadUserNameOrPassword, (await ConnectAsync(keeper, "x", "late-secret")).Reason);
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MayPublish(dash, "hub/v1/cases/made-up"u8));
        var boot = (await ConnectAsync(keeper, "x", "boot-secret")).Principal;
        Assert.Equal(ReasonCode.Success, keeper.MaySubscribe(boot, "#"));
    }

    [Fact]
    public async Task Who_is_disabled_or_revoked_may_not_stay()
    {
        var tokens = new Tokens(Token("dash", "dash-secret", ["#"], 0, revoked: false), Token("short", "short-secret", ["#"], _door.NowMs + 60_000, revoked: false));
        var keeper = Keeper(tokens);
        var alarm = (await ConnectAsync(keeper, "alarm-1", "alarm-secret")).Principal;
        var dash = (await ConnectAsync(keeper, "x", "dash-secret")).Principal;
        var shortlived = (await ConnectAsync(keeper, "x", "short-secret")).Principal;
        var boot = (await ConnectAsync(keeper, "x", "boot-secret")).Principal;
        Assert.All([alarm, dash, shortlived, boot], p => Assert.True(keeper.MayStay(p)));

        await _door.Registry.DisableAsync("alarm-1", disabled: true, Door.Stop);
        tokens.All[0] = tokens.All[0] with { Revoked = true };
        _door.Clock.Advance(TimeSpan.FromMinutes(2));
        keeper.MayStay(dash); // reads the tokens again
        Assert.All([alarm, dash, shortlived], p => Assert.False(keeper.MayStay(p)));
        Assert.True(keeper.MayStay(boot));
    }

    [Fact]
    public async Task A_device_has_its_rate_and_a_gateway_that_of_its_children_too()
    {
        _door.Options.DeviceRate = 100;
        var keeper = Keeper(new Tokens(Token("dash", "dash-secret", ["#"], 0, revoked: false)));
        var alarm = await ConnectAsync(keeper, "alarm-1", "alarm-secret");
        Assert.Equal((100, true), (alarm.Rate, alarm.Exclusive));
        Assert.Equal(200, (await ConnectAsync(keeper, "gw-1", "gw-secret")).Rate);
        await _door.Registry.RegisterAsync([_door.Registry.RecordOf(Door.Known)! with { GatewayId = null }], [], [], Door.Stop);
        Assert.Equal(100, (await ConnectAsync(keeper, "gw-1", "gw-secret")).Rate);
        Assert.Equal((0, false), ((await ConnectAsync(keeper, "x", "dash-secret")).Rate, (await ConnectAsync(keeper, "x", "dash-secret")).Exclusive));
    }

    [Fact]
    public async Task Anonymous_lets_anyone_in_on_any_topic_but_the_denied()
    {
        _door.Options.Anonymous = true;
        _door.Options.DenySubscribe = ["test/nosubscribe", "secret/#"];
        var keeper = Keeper();
        var anyone = (await ConnectAsync(keeper, null, "")).Principal;
        Assert.Equal(ReasonCode.Success, keeper.MayPublish(anyone, "any/topic"u8));
        Assert.Equal(ReasonCode.Success, keeper.MaySubscribe(anyone, "#"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(anyone, "test/nosubscribe"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(anyone, "secret"));
        Assert.Equal(ReasonCode.NotAuthorized, keeper.MaySubscribe(anyone, "secret/+/x"));
    }

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/#", true)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    public void A_filter_covers_what_lies_within_it(string filter, string other, bool covers) =>
        Assert.Equal(covers, TopicFilters.Covers(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(other)));

    private Gatekeeper Keeper(IAccountStore? accounts = null) => new(_door.Registry, accounts, _door.Front, _door.Options, _door.Clock, "boot-secret");

    private static ValueTask<ConnectVerdict> ConnectAsync(Gatekeeper keeper, string? user, string password) =>
        keeper.ConnectAsync(new ConnectRequest { ClientId = "client", UserName = user, Password = Encoding.UTF8.GetBytes(password) }, Door.Stop);

    private static ApiToken Token(string id, string secret, string[] topics, long expires, bool revoked) =>
        new(id, id, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), [Roles.Viewer], 0, expires, revoked, topics);

    private sealed class Tokens(params ApiToken[] tokens) : IAccountStore
    {
        public ApiToken[] All { get; } = tokens;

        public Task<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<ApiToken>>(All);
        public Task<Account?> FindAccountAsync(string id, CancellationToken stop) => throw new NotSupportedException();
        public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken stop) => throw new NotSupportedException();
        public Task SaveAccountAsync(Account account, CancellationToken stop) => throw new NotSupportedException();
        public Task SaveTokenAsync(ApiToken token, CancellationToken stop) => throw new NotSupportedException();
        public Task AuditAsync(AuditEntry entry, CancellationToken stop) => throw new NotSupportedException();
    }
}

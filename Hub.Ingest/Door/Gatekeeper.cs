using System.Text;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Mqtt;
using Hub.Mqtt.Tls;

namespace Hub.Ingest;

/// <summary>
/// Who may connect, publish and subscribe: a device only under its own id and its own commands, a gateway also for its children,
/// a token within its topics.
/// </summary>
public sealed class Gatekeeper : IGatekeeper
{
    private static readonly Principal.Anyone anyone = new();

    private readonly DeviceRegistry _registry;
    private readonly DevicePasswords _passwords;
    private readonly TokenBook _tokens;
    private readonly DeviceCertificates? _certificates;
    private readonly SignInGuard _guard;
    private readonly TimeProvider _time;
    private readonly FrontCounts _front;
    private readonly bool _anonymous;
    private readonly int _deviceRate;
    private readonly byte[][] _deny;

    /// <param name="registry">Devices and their credentials.</param>
    /// <param name="accounts">Tokens; null when there are none.</param>
    /// <param name="front">Counts what is refused here.</param>
    /// <param name="options">Policy.</param>
    /// <param name="time">For the expiry of tokens.</param>
    /// <param name="bootstrapToken">A secret that is good for everything; null for none.</param>
    /// <param name="authorities">Who vouches for the certificates of devices; null when certificates do not count.</param>
    public Gatekeeper(
        DeviceRegistry registry, IAccountStore? accounts, FrontCounts front, IngestOptions options, TimeProvider time, string? bootstrapToken = null, Func<ClientAuthorities>? authorities = null)
    {
        _registry = registry;
        _passwords = new DevicePasswords(registry);
        _tokens = new TokenBook(accounts, time, bootstrapToken);
        _certificates = authorities is null ? null : new DeviceCertificates(authorities, registry, time, Admit);
        _guard = new SignInGuard(options.SignIn, time);
        _time = time;
        _deviceRate = options.DeviceRate;
        _front = front;
        _anonymous = options.Anonymous;
        _deny = [.. options.DenySubscribe.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Addresses that are shut now because of wrong passwords.</summary>
    public int ShutAddresses => _guard.Shut;

    /// <inheritdoc/>
    public async ValueTask<ConnectVerdict> ConnectAsync(ConnectRequest request, CancellationToken stop)
    {
        if (_anonymous) return ConnectVerdict.Admit(anyone);
        if (_certificates is not null && request.ClientCertificate is not null) return _certificates.Judge(request.ClientCertificate, request.UserName);
        if (request.UserName is null && request.Password.IsEmpty) return ConnectVerdict.Refuse(ReasonCode.NotAuthorized);
        var id = string.IsNullOrEmpty(request.UserName) ? request.ClientId : request.UserName;
        if (_guard.IsShut(request.RemoteAddress, id)) return ConnectVerdict.Refuse(ReasonCode.ConnectionRateExceeded, "too many wrong passwords from this address; try again in a while");
        var verdict = await JudgeAsync(id, request.Password, stop).ConfigureAwait(false);
        if (verdict.Reason == ReasonCode.Success) _guard.Succeeded(request.RemoteAddress, id);
        if (verdict.Reason != ReasonCode.BadUserNameOrPassword) return verdict;

        var delay = _guard.Failed(request.RemoteAddress, id);
        if (delay > TimeSpan.Zero) await Task.Delay(delay, _time, stop).ConfigureAwait(false);
        return verdict;
    }

    /// <inheritdoc/>
    public bool MayStay(object? principal) => principal switch
    {
        Principal.DevicePrincipal device => _registry.Find(device.DeviceId) is { Disabled: false },
        Principal.TokenPrincipal token => _tokens.IsGood(token.TokenId),
        _ => true,
    };

    /// <inheritdoc/>
    public ReasonCode MayPublish(object? principal, ReadOnlySpan<byte> topic)
    {
        var may = principal switch
        {
            Principal.DevicePrincipal device => MaySpeakOn(device.DeviceId, topic),
            Principal.TokenPrincipal { IsAdmin: true } => true,
            Principal.TokenPrincipal token => CoversAny(token.Filters, topic) && !OwnTopic.IsOurs(topic),
            _ => _anonymous,
        };
        if (may) return ReasonCode.Success;
        _front.Count(DoorOutcome.Rejected, RejectReason.NotAuthorized);
        return ReasonCode.NotAuthorized;
    }

    /// <inheritdoc/>
    public ReasonCode MaySubscribe(object? principal, string filter)
    {
        var bytes = Encoding.UTF8.GetBytes(filter);
        if (CoversAny(_deny, bytes)) return ReasonCode.NotAuthorized;
        var may = principal switch
        {
            Principal.DevicePrincipal device => OwnTopic.TryCommand(bytes, out var id) && MaySpeakFor(device.DeviceId, id),
            Principal.TokenPrincipal { IsAdmin: true } => true,
            Principal.TokenPrincipal token => CoversAny(token.Filters, bytes),
            _ => _anonymous,
        };
        return may ? ReasonCode.Success : ReasonCode.NotAuthorized;
    }

    private async ValueTask<ConnectVerdict> JudgeAsync(string id, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        if (_registry.Find(id) is { } device)
        {
            if (device.Disabled) return ConnectVerdict.Refuse(ReasonCode.Banned, "the device is disabled");
            if (_passwords.Verify(device.Id, password.Span)) return Admit(device);
            return ConnectVerdict.Refuse(ReasonCode.BadUserNameOrPassword);
        }

        var token = await _tokens.FindAsync(password, stop).ConfigureAwait(false);
        return token is null ? ConnectVerdict.Refuse(ReasonCode.BadUserNameOrPassword) : ConnectVerdict.Admit(token);
    }

    private ConnectVerdict Admit(Device device) => new(ReasonCode.Success, new Principal.DevicePrincipal(device.Id)) { Exclusive = true, Rate = RateOf(device) };

    // A gateway carries what its children say.
    private int RateOf(Device device) => (int)Math.Min(_deviceRate * (1L + _registry.ChildrenOf(device.Id)), 10_000_000);

    private bool MaySpeakOn(string deviceId, ReadOnlySpan<byte> topic) =>
        OwnTopic.TryClaim(topic, out var claim) && MaySpeakFor(deviceId, claim.DeviceId(topic));

    private bool MaySpeakFor(string deviceId, ReadOnlySpan<byte> id) =>
        Ascii.Equals(id, deviceId) || (_registry.Find(id) is { GatewayId: { } gateway } && gateway == deviceId);

    private static bool CoversAny(byte[][] filters, ReadOnlySpan<byte> topic)
    {
        foreach (var filter in filters)
        {
            if (TopicFilters.Covers(filter, topic)) return true;
        }

        return false;
    }
}

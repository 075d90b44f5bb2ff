using System.Text.Json;
using Hub.Core.Ports;
using Hub.Mqtt;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>
/// What must be known of the outside broker over a restart of the hub: that it keeps a session for us, until when nothing was
/// missing, and the gaps found so far. One small file in the data folder, <c>source.json</c>. Any thread.
/// </summary>
internal sealed class BrokerSourceMemory
{
    /// <summary>Gaps kept; older ones are forgotten. A broker that loses the session every day fills this in three months.</summary>
    private const int MostGaps = 100;

    /// <summary>How old the noted time may be: a gap after a crash may seem longer by this much, never shorter.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly string file;
    private readonly string broker;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private Note note;

    /// <param name="file">The file; made when it is absent.</param>
    /// <param name="broker">The broker's address, without user and password. Another one than before has no session of ours.</param>
    /// <param name="clientId">The identifier its session hangs on.</param>
    /// <param name="clock">For the time of a gap.</param>
    /// <param name="log">Told when the file cannot be read or written.</param>
    public BrokerSourceMemory(string file, string broker, string clientId, TimeProvider clock, ILogger log)
    {
        (this.file, this.broker, this.clock, this.log) = (file, broker, clock, log);
        var kept = Load();
        note = kept is not null && kept.Broker == broker && kept.ClientId == clientId ? kept : new Note(broker, clientId, null, DateTimeOffset.MinValue, kept?.Gaps ?? []);
    }

    public IReadOnlyList<LedgerGap> Gaps
    {
        get { lock (gate) return note.Gaps; }
    }

    /// <summary>The version the broker last spoke; null when it was never reached.</summary>
    public MqttVersion? Version
    {
        get { lock (gate) return note.Version; }
    }

    /// <summary>Nothing is missing until now: the session is there.</summary>
    public void Complete(bool atOnce = false)
    {
        lock (gate)
        {
            if (note.Version is null) return;
            var now = clock.GetUtcNow();
            if (!atOnce && now - note.CompleteUntil < Often) return;
            note = note with { CompleteUntil = now };
            Save();
        }
    }

    /// <summary>Every subscription is granted in a session the broker kept, or in a new one. The gap, when it should have been kept.</summary>
    public LedgerGap? Subscribed(MqttVersion version, bool sessionPresent)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var gap = sessionPresent || note.Version is null ? null : new LedgerGap(note.CompleteUntil, now, broker, "session-lost");
            LedgerGap[] gaps = gap is null ? note.Gaps : [.. note.Gaps.TakeLast(MostGaps - 1), gap];
            note = note with { Version = version, CompleteUntil = now, Gaps = gaps };
            Save();
            return gap;
        }
    }

    private Note? Load()
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Note>(File.ReadAllBytes(file)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            log.LogError("{File} cannot be read ({Fault}): whether the broker lost messages while the hub was away is not known", file, e.Message);
            return null;
        }
    }

    private void Save()
    {
        try
        {
            File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(note));
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("{File} cannot be written ({Fault}): after the next start a gap may be missed", file, e.Message);
        }
    }

    private sealed record Note(string Broker, string ClientId, MqttVersion? Version, DateTimeOffset CompleteUntil, LedgerGap[] Gaps);
}

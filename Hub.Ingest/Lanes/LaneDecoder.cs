using System.Buffers;
using System.Numerics;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>
/// Turns one lane's records into observations. Its state is wholly determined by the records it has seen and can be saved,
/// so a consumer that goes on from a position decides the same as one that never stopped.
/// </summary>
internal sealed class LaneDecoder
{
    private const byte StateVersion = 1;
    private const int MostPayloadKept = 4096;
    private const int DailyPeriodSeconds = 86_400;
    private static readonly long dailyLatenessMs = (long)TimeSpan.FromHours(72).TotalMilliseconds;

    private readonly int _lane;
    private readonly DeviceRegistry _registry;
    private readonly IngestOptions _options;
    private readonly OwnDialect _own;
    private readonly DecodedMessage _message = new();
    private DeviceTally?[] _tallies = new DeviceTally?[64];
    private int _element;
    private bool _repeatedBefore;
    private long _sequenceBefore;
    private long _damaged; // records lost on disk since the last tick

    public LaneDecoder(int lane, DeviceRegistry registry, ChannelTable channels, IngestOptions options)
    {
        _lane = lane;
        _registry = registry;
        _options = options;
        _own = new OwnDialect(channels, options);
    }

    public long Position { get; private set; }
    public long ClockMs { get; private set; }
    public long Ticks { get; private set; }
    public long Messages { get; private set; }
    public long Decoded { get; private set; }
    public long DeadLettered { get; private set; }
    public long Duplicates { get; private set; }
    public long Late { get; private set; }
    public long Readings { get; private set; }
    public long RefusedFields { get; private set; }

    public LaneCounts Counts => new(Messages, Decoded, DeadLettered, Duplicates, Late, Readings);

    /// <summary>The observation <see cref="NextObservation"/> stands on.</summary>
    public Observation Observation { get; private set; } = null!;

    /// <summary>Why the last message is kept aside; null when it was decoded.</summary>
    public DeadLetter? DeadLetter { get; private set; }

    /// <summary>Begins before the first record, or goes on behind a position without state.</summary>
    public void StartAfter(long position) => Position = position;

    /// <summary>Takes note of records that the journal could not give back.</summary>
    public void SkipDamage(long until)
    {
        var missing = until - Position;
        Messages += missing;
        DeadLettered += missing;
        _damaged += missing;
        DeadLetter = new DeadLetter(0, _lane, Position + 1, "", "", ClockMs, DeadReasons.JournalDamage, $"{missing} record(s) from position {Position + 1} were damaged on disk", default, 0);
        Position = until;
    }

    /// <summary>Takes a tick. Its number tells how many of the damaged records before it were ticks, not messages.</summary>
    public void Tick(long position, long tickMs, long number)
    {
        Position = position;
        ClockMs = Math.Max(ClockMs, tickMs);
        Ticks++;
        if (_damaged == 0) return;
        var ticks = Math.Clamp(number - Ticks, 0, _damaged);
        Ticks += ticks;
        Messages -= ticks;
        DeadLettered -= ticks;
        _damaged = 0;
    }

    /// <summary>Decodes one message; then <see cref="NextObservation"/> walks through it, or <see cref="DeadLetter"/> says why not.</summary>
    public void Decode(long position, ReadOnlySpan<byte> body)
    {
        _message.Clear();
        _element = 0;
        _sequenceBefore = -1;
        DeadLetter = null;
        Position = position;
        Messages++;
        if (!MessageRecord.TryRead(body, out var record))
        {
            _message.Fail(DeadReasons.BadRecord, $"a journal record of {body.Length} bytes is neither message nor tick; it was written by a newer program");
            PutAside(default, null, body);
            return;
        }

        ClockMs = Math.Max(ClockMs, record.ArrivalMs);
        if (!OwnTopic.TryClaim(record.Topic, out var claim))
        {
            _message.Fail(DeadReasons.UnclaimedTopic, "no dialect knows this topic any more");
            PutAside(record, null, record.Payload);
            return;
        }

        var id = claim.DeviceId(record.Topic);
        var device = _registry.Find(id) ?? (_options.UnknownDevices == UnknownDevices.Accept ? _registry.AddUnknown(id, _options.MostDevices) : null);
        if (device is null)
        {
            _message.Fail(DeadReasons.UnknownDevice, "the device is not registered; add it and decode the message again");
            PutAside(record, null, record.Payload);
            return;
        }

        var tally = TallyOf(device);
        tally.Messages++;
        if (!_own.Decode(claim.Kind, record.Payload, record.ArrivalMs, _message))
        {
            tally.DeadLettered++;
            PutAside(record, device, record.Payload);
            return;
        }

        if (claim.Kind == MessageKind.Status) MeetStranger(device, record.Payload);
        RefusedFields += _message.RefusedFields;
        Judge(tally, record, Fingerprint(record));
    }

    /// <summary>Moves to the next observation of the message that is no repetition.</summary>
    public bool NextObservation()
    {
        var all = _message.Reason is null ? _message.Observations : default;
        while (_element < all.Length)
        {
            var next = all[_element++];
            if (next.Device is null) continue; // A repetition.
            Observation = next;
            return true;
        }

        return false;
    }

    public DeviceTally? TallyOf(int deviceIndex) => deviceIndex < _tallies.Length ? _tallies[deviceIndex] : null;

    public void Save(IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Write(StateVersion);
        foreach (var value in (ReadOnlySpan<long>)[Position, ClockMs, Ticks, Messages, Decoded, DeadLettered, Duplicates, Late, Readings, RefusedFields]) writer.Write(value);
        var count = 0;
        foreach (var tally in _tallies) count += tally is null ? 0 : 1;
        writer.Write(count);
        foreach (var tally in _tallies) tally?.Save(ref writer);
    }

    /// <exception cref="InvalidDataException">The bytes are no state of this version.</exception>
    public void Load(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state);
        var version = reader.ReadByte();
        if (version != StateVersion) throw new InvalidDataException($"The saved decoder state is of version {version}; this program reads {StateVersion}.");
        Position = reader.ReadInt64();
        ClockMs = reader.ReadInt64();
        Ticks = reader.ReadInt64();
        Messages = reader.ReadInt64();
        Decoded = reader.ReadInt64();
        DeadLettered = reader.ReadInt64();
        Duplicates = reader.ReadInt64();
        Late = reader.ReadInt64();
        Readings = reader.ReadInt64();
        RefusedFields = reader.ReadInt64();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var device = _registry.Find(reader.ReadId());
            var tally = device is null ? new DeviceTally(null!) : TallyOf(device);
            tally.Load(ref reader);
        }
    }

    // Here and not at the door: what stands in the journal is taken in the order of the journal, so a replay meets the same devices.
    // Both consumers of the lane come by; whoever is first registers it, to the other it is no stranger any more.
    private void MeetStranger(Device device, ReadOnlySpan<byte> payload)
    {
        if (_options.UnknownDevices != UnknownDevices.Accept || !ReferenceEquals(device.Kind, DeviceKinds.Unknown)) return;
        if (OwnIntroduction.Read(payload) is { } introduction) _registry.Introduce(device.Id, introduction);
    }

    private void Judge(DeviceTally tally, in MessageRecord record, uint fingerprint)
    {
        var device = tally.Device;
        var fresh = 0;
        var late = false;
        var dup = (record.Flags & MessageRecord.DupFlag) != 0;
        var now = (record.Flags & MessageRecord.AgainFlag) != 0 ? ClockMs : record.ArrivalMs;
        foreach (var observation in _message.Observations)
        {
            if (IsRepeated(tally, observation, fingerprint + (uint)observation.Ordinal, dup)) continue;
            fresh++;
            observation.Device = device;
            observation.Lane = _lane;
            observation.Position = Position;
            observation.Sim |= device.Sim;
            observation.Late = now - observation.AtMs > AllowedLatenessMs(device);
            late |= observation.Late;
            Readings += observation.Count;
            tally.Readings += observation.Count;
        }

        if (fresh == 0 && _message.Count > 0)
        {
            Duplicates++;
            tally.Duplicates++;
            return;
        }

        Decoded++;
        tally.Decoded++;
        if (!late) return;
        Late++;
        tally.Late++;
    }

    // Elements of one message may share its number: they stand or fall together.
    private bool IsRepeated(DeviceTally tally, Observation observation, uint fingerprint, bool dup)
    {
        if (observation.Sequence >= 0 && observation.Ordinal > 0 && observation.Sequence == _sequenceBefore) return _repeatedBefore;
        var stampMs = observation.Stamped ? observation.ArrivalMs + observation.SkewMs : 0;
        _repeatedBefore = observation.Sequence < 0
            ? tally.Window.IsRepeated(fingerprint, dup)
            : tally.Window.IsRepeated(observation.Sequence, fingerprint, stampMs, dup, observation.EventType is not null);
        _sequenceBefore = observation.Sequence;
        return _repeatedBefore;
    }

    private long AllowedLatenessMs(Device device) =>
        device.Kind.PeriodSeconds >= DailyPeriodSeconds && !ReferenceEquals(device.Kind, DeviceKinds.Unknown) ? dailyLatenessMs : (long)_options.AllowedLateness.TotalMilliseconds;

    private DeviceTally TallyOf(Device device)
    {
        if (device.Index >= _tallies.Length) Array.Resize(ref _tallies, Math.Max(device.Index + 1, _tallies.Length * 2));
        return _tallies[device.Index] ??= new DeviceTally(device);
    }

    private void PutAside(in MessageRecord record, Device? device, ReadOnlySpan<byte> payload)
    {
        DeadLettered++;
        var topic = Encoding.UTF8.GetString(record.Topic);
        var id = device?.Id ?? (OwnTopic.TryClaim(record.Topic, out var claim) ? Encoding.UTF8.GetString(claim.DeviceId(record.Topic)) : "");
        DeadLetter = new DeadLetter(
            0, _lane, Position, topic, id, record.ArrivalMs, _message.Reason!, _message.Detail, payload[..Math.Min(payload.Length, MostPayloadKept)].ToArray(), payload.Length);
    }

    private static uint Fingerprint(in MessageRecord record)
    {
        var hash = Hash(0xFFFFFFFF, record.Topic);
        return Hash(hash, record.Payload);
    }

    private static uint Hash(uint hash, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            hash = BitOperations.Crc32C(hash, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes) hash = BitOperations.Crc32C(hash, b);
        return hash;
    }
}

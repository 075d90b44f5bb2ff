using Hub.Core;
using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>
/// A short way for the form nearly all telemetry has: one object of <c>ts</c>, <c>seq</c>, <c>sim</c> and known names with plain
/// numbers or true and false. It understands that form exactly as the full reader does and takes nothing else: whatever it does not
/// know, also whatever is wrong, is left to <see cref="OwnFields"/>, which says why.
/// </summary>
/// <remarks>One thread at a time. Costs a third of the full reader; a test holds the two against each other.</remarks>
internal sealed class OwnPlain(Utf8Table<Channel> known, int mostReadings)
{
    private const long MostExact = 1L << 53;
    private const int MostDigits = 18;

    // Up to 10^18 every power of ten is a double without rounding; so is a whole number up to 2^53. Their quotient is then the
    // nearest double to the decimal, which is what the full reader gives.
    private static readonly double[] tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

    /// <summary>Reads a payload of kind telemetry.</summary>
    /// <returns>False when it has another form; the observation is then half filled and must be cleared.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, Observation observation)
    {
        var at = 0;
        return SkipTo(json, ref at, (byte)'{') && TryMembers(json, ref at, observation, isTop: true) && OnlySpaceAfter(json, at);
    }

    // From behind the opening brace to behind the closing one.
    private bool TryMembers(ReadOnlySpan<byte> json, ref int at, Observation observation, bool isTop)
    {
        if (SkipTo(json, ref at, (byte)'}')) return true;
        while (true)
        {
            if (!SkipTo(json, ref at, (byte)'"')) return false;
            var length = json[at..].IndexOf((byte)'"');
            if (length < 0) return false;
            var name = json.Slice(at, length);
            at += length + 1;
            if (!SkipTo(json, ref at, (byte)':')) return false;
            SkipSpace(json, ref at);
            if (!(isTop ? TryField(json, ref at, name, observation) : TryValue(json, ref at, name, observation))) return false;
            if (SkipTo(json, ref at, (byte)'}')) return true;
            if (!SkipTo(json, ref at, (byte)',')) return false;
        }
    }

    private bool TryField(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> name, Observation observation)
    {
        if (name.SequenceEqual("ts"u8))
        {
            if (!TryWhole(json, ref at, out var ms)) return false;
            OwnClock.Stamp(observation, ms);
            return true;
        }

        if (name.SequenceEqual("values"u8) || name.SequenceEqual("state"u8) || name.SequenceEqual("readings"u8))
            return SkipTo(json, ref at, (byte)'{') && TryMembers(json, ref at, observation, isTop: false);
        if (name.SequenceEqual("seq"u8))
        {
            if (!TryWhole(json, ref at, out var sequence) || sequence < 0) return false;
            observation.Sequence = sequence;
            return true;
        }

        if (name.SequenceEqual("sim"u8))
        {
            if (!TryTruth(json, ref at, out var sim)) return false;
            observation.Sim = sim;
            return true;
        }

        // What the full reader passes over, although a device may have a channel of that name.
        if (name.SequenceEqual("v"u8) || name.SequenceEqual("kind"u8) || name.SequenceEqual("deviceId"u8)) return false;
        return TryValue(json, ref at, name, observation);
    }

    private bool TryValue(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> name, Observation observation)
    {
        // A name that was seen before needs no look at its bytes; a new one does.
        if (known.Find(name) is not { } channel || observation.Count == mostReadings) return false;
        double value;
        if (TryTruth(json, ref at, out var truth)) value = truth ? 1 : 0;
        else if (!TryNumber(json, ref at, out value)) return false;
        observation.Add(new Reading(channel, value, Suspect: channel.IsSuspect(value)));
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<byte> json, ref int at, out long value)
    {
        var negative = at < json.Length && json[at] == (byte)'-';
        if (negative) at++;
        var digits = Digits(json, ref at, 0, out value);
        if (negative) value = -value;
        return digits && !IsNumberByte(json, at);
    }

    private static bool TryNumber(ReadOnlySpan<byte> json, ref int at, out double value)
    {
        value = 0;
        var negative = at < json.Length && json[at] == (byte)'-';
        if (negative) at++;
        var start = at;
        if (!Digits(json, ref at, 0, out var all)) return false;
        var decimals = 0;
        if (at < json.Length && json[at] == (byte)'.')
        {
            var point = at++;
            if (!Digits(json, ref at, all, out all, mayLeadWithZero: true)) return false;
            decimals = at - point - 1;
        }

        if (all > MostExact || at - start > MostDigits || IsNumberByte(json, at)) return false;
        value = all / tens[decimals];
        if (negative) value = -value;
        return true;
    }

    // One or more digits appended to a number.
    private static bool Digits(ReadOnlySpan<byte> json, ref int at, long before, out long value, bool mayLeadWithZero = false)
    {
        var start = at;
        value = before;
        uint digit;
        while (at < json.Length && (digit = (uint)(json[at] - '0')) <= 9)
        {
            if (at - start == MostDigits || value > long.MaxValue / 10 - 1) return false;
            value = (value * 10) + digit;
            at++;
        }

        return at > start && (mayLeadWithZero || at == start + 1 || json[start] != (byte)'0');
    }

    // What would go on with the number: an exponent, or letters that make it none.
    private static bool IsNumberByte(ReadOnlySpan<byte> json, int at) => at >= json.Length || !(json[at] is (byte)',' or (byte)'}' or (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t');

    private static bool TryTruth(ReadOnlySpan<byte> json, ref int at, out bool truth)
    {
        truth = false;
        if (at >= json.Length || json[at] is not ((byte)'t' or (byte)'f')) return false;
        truth = json[at] == (byte)'t';
        var word = truth ? "true"u8 : "false"u8;
        if (!json[at..].StartsWith(word)) return false;
        at += word.Length;
        return true;
    }

    private static bool SkipTo(ReadOnlySpan<byte> json, ref int at, byte wanted)
    {
        if (at < json.Length && json[at] == wanted)
        {
            at++;
            return true;
        }

        SkipSpace(json, ref at);
        if (at >= json.Length || json[at] != wanted) return false;
        at++;
        return true;
    }

    private static void SkipSpace(ReadOnlySpan<byte> json, ref int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }

    private static bool OnlySpaceAfter(ReadOnlySpan<byte> json, int at)
    {
        SkipSpace(json, ref at);
        return at == json.Length;
    }
}

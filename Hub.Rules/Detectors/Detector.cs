using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors;

/// <summary>One detector over one key: a door, a port, a flat, a home or a series. Event time only: no clock, no chance, same rows in the same order give the same findings.</summary>
/// <remarks>
/// Updating allocates nothing; the explanation is put into words only when somebody asks.
/// Times are on the local clock of the place, so that an hour of the day means the same to people and detector: whoever feeds it adds the zone's offset.
/// </remarks>
public abstract class Detector
{
    private protected Detector()
    {
    }

    /// <summary>Names of the columns it reads, in the order of the values given to <see cref="Observe"/>.</summary>
    public abstract ReadOnlySpan<string> Channels { get; }

    /// <summary>Takes one row.</summary>
    /// <param name="atMs">Event time of the row, milliseconds since 1970-01-01 on the local clock. A row older than the newest is counted as late and changes nothing.</param>
    /// <param name="values">One value for each of <see cref="Channels"/>, in the unit the catalogue gives; NaN where nothing was measured. Infinities count as NaN.</param>
    /// <returns>The score in force after the row; <see cref="Finding.Silent"/> while too little is known to say anything.</returns>
    public abstract Finding Observe(long atMs, ReadOnlySpan<double> values);

    /// <summary>Time has come so far without a row: silences grow, bins close.</summary>
    /// <param name="nowMs">Event time that every row up to has been given, on the same clock.</param>
    public virtual Finding Advance(long nowMs) => Finding.Silent;

    /// <summary>What the newest finding rests on, in figures with units: observed against expected, and the heaviest terms of the score.</summary>
    public abstract string Explain();

    /// <summary>One word for what the score rests on, for rules that act on one sign only; empty when there is but one.</summary>
    public virtual string Sign => "";

    /// <summary>The same for people who are not engineers, in both languages.</summary>
    public virtual LocalText Why()
    {
        var words = Explain();
        return new LocalText(words, words);
    }

    internal abstract void Save(StateWriter state);

    internal abstract void Restore(ref StateReader state);
}

/// <summary>What a detector says of its key at one instant.</summary>
/// <param name="Score">Strength of the evidence, rounded to 1e-4 so that replays on other processors agree; NaN while it is silent. Unit: nats (log-likelihood ratio) or -log10 p, as the detector's docstring says.</param>
/// <param name="Threshold">Threshold in force, in the unit of the score.</param>
/// <param name="Alarm">True once an episode: when the score reaches the threshold outside the refractory time of the alarm before.</param>
public readonly record struct Finding(double Score, double Threshold, bool Alarm)
{
    /// <summary>Nothing can be said yet.</summary>
    public static Finding Silent => new(double.NaN, double.NaN, false);
}

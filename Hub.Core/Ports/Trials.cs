namespace Hub.Core.Ports;

/// <summary>One file of a rules folder.</summary>
/// <param name="File">Its name, such as <c>a03-battery-thermal.yaml</c>; empty for the file in force that holds the same <c>pack:</c>, else a new one.</param>
/// <param name="Text">Its text; empty takes the file out.</param>
public sealed record PackText(string File, string Text);

/// <summary>What to try on the past.</summary>
/// <param name="Changes">Files that differ from the rules in force; none tries those themselves.</param>
/// <param name="FromMs">First arrival that counts, inclusive, milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Last arrival, exclusive.</param>
/// <param name="WarmMs">How much before <paramref name="FromMs"/> is judged too, so that windows are full; what is raised there is not counted.</param>
/// <param name="By">Account that asked.</param>
public sealed record Backtest(IReadOnlyList<PackText> Changes, long FromMs, long ToMs, long WarmMs, string By);

/// <summary>Where a trial stands.</summary>
public enum BacktestState
{
    /// <summary>Behind another one.</summary>
    Waiting = 1,

    /// <summary>Reading the journal.</summary>
    Running = 2,

    /// <summary>Has a report.</summary>
    Done = 3,

    /// <summary>Was ended by a fault.</summary>
    Failed = 4,

    /// <summary>Was ended by a person, or by the end of the hub.</summary>
    Cancelled = 5,
}

/// <summary>A trial and how far it is.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Trial">What is tried.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Share">Share done, 0 to 1.</param>
/// <param name="Messages">Messages read so far.</param>
/// <param name="AskedMs">When it was asked for, milliseconds since 1970-01-01 UTC.</param>
/// <param name="EndedMs">When it ended; 0 not yet.</param>
/// <param name="Fault">Why it failed; empty otherwise.</param>
/// <param name="Report">What came of it; null before its end.</param>
public sealed record BacktestJob(
    string Id, Backtest Trial, BacktestState State, double Share, long Messages, long AskedMs, long EndedMs, string Fault, BacktestReport? Report);

/// <summary>Things raised under the rules in force and under those tried, paired by rule, key and time.</summary>
/// <param name="Now">Under the rules in force.</param>
/// <param name="Tried">Under the rules tried.</param>
/// <param name="Same">Pairs within a second of each other.</param>
/// <param name="Gained">Of the tried, without a partner.</param>
/// <param name="Lost">Of those in force, without a partner.</param>
/// <param name="Earlier">Pairs in which the tried one came earlier.</param>
/// <param name="Later">Pairs in which it came later.</param>
/// <param name="ShiftSeconds">Median of tried minus now over the pairs that moved; null when none did.</param>
public sealed record BacktestFigures(int Now, int Tried, int Same, int Gained, int Lost, int Earlier, int Later, double? ShiftSeconds);

/// <summary>A set of rules against what people said of the real cases of that time.</summary>
/// <param name="Confirmed">Confirmed cases it finds.</param>
/// <param name="Dismissed">Dismissed cases (false alarms) it raises.</param>
/// <param name="Missed">Confirmed cases it does not find.</param>
public sealed record BacktestVerdicts(int Confirmed, int Dismissed, int Missed)
{
    /// <summary>Of the answered cases it raises, the share that was right; null without any.</summary>
    public double? Precision => Confirmed + Dismissed == 0 ? null : (double)Confirmed / (Confirmed + Dismissed);

    /// <summary>Of the confirmed cases, the share it finds; null without any.</summary>
    public double? Recall => Confirmed + Missed == 0 ? null : (double)Confirmed / (Confirmed + Missed);
}

/// <summary>One rule in a trial.</summary>
/// <param name="Rule">Id; empty in the sum.</param>
/// <param name="Type">Anomaly type.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Version">Version in force; empty when the trial adds the rule.</param>
/// <param name="TriedVersion">Version tried; empty when the trial takes the rule away.</param>
/// <param name="Changed">The texts differ.</param>
/// <param name="Alerts">Alerts raised, of rules on trial (shadow) too.</param>
/// <param name="Cases">Cases opened.</param>
/// <param name="Now">The rules in force against people's verdicts.</param>
/// <param name="Tried">The rules tried against them.</param>
public sealed record BacktestRow(
    string Rule, string Type, LocalText Title, string Version, string TriedVersion, bool Changed, BacktestFigures Alerts, BacktestFigures Cases, BacktestVerdicts Now, BacktestVerdicts Tried);

/// <summary>What a grid's worker would have to do.</summary>
/// <param name="Grid">Code of the worker's grid; of several that lie in each other the largest. Without a worker the base grid of the cases. Empty: outside all grids.</param>
/// <param name="Title">Name of the grid.</param>
/// <param name="Worker">The worker; empty when the grid names none.</param>
/// <param name="Now">Cases under the rules in force.</param>
/// <param name="Tried">Cases under the rules tried.</param>
/// <param name="NowPerDay">Cases a day.</param>
/// <param name="TriedPerDay">Cases a day.</param>
public sealed record BacktestLoad(string Grid, LocalText Title, string Worker, int Now, int Tried, double NowPerDay, double TriedPerDay);

/// <summary>One difference.</summary>
/// <param name="Kind"><c>gained</c>, <c>lost</c>, <c>earlier</c> or <c>later</c>.</param>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Case">It is about a case; false: about an alert of a rule on trial, which opens none.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Title">One line.</param>
/// <param name="Place">Path of the place.</param>
/// <param name="NowMs">When it came under the rules in force; 0 never.</param>
/// <param name="TriedMs">When it came under the rules tried; 0 never.</param>
/// <param name="Verdict">What people said of the real case: <c>confirmed</c>, <c>dismissed</c>, or empty.</param>
public sealed record BacktestChange(string Kind, string Rule, bool Case, Severity Severity, LocalText Title, string Place, long NowMs, long TriedMs, string Verdict);

/// <summary>Outcome of a trial.</summary>
/// <param name="Fingerprint">The rules in force.</param>
/// <param name="TriedFingerprint">The rules tried.</param>
/// <param name="FromMs">First arrival that counted.</param>
/// <param name="ToMs">Last arrival, exclusive.</param>
/// <param name="WarmFromMs">Arrival of the first record judged.</param>
/// <param name="Messages">Messages judged, by both.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Total">All rules together.</param>
/// <param name="Rules">One a rule that raised anything, or differs.</param>
/// <param name="Workload">One a worker's grid, the busiest first.</param>
/// <param name="Changes">Differences, the most severe first, at most <c>400</c>.</param>
/// <param name="ChangesLeftOut">How many more there were.</param>
public sealed record BacktestReport(
    string Fingerprint, string TriedFingerprint, long FromMs, long ToMs, long WarmFromMs, long Messages, long Readings, double Seconds, BacktestRow Total,
    IReadOnlyList<BacktestRow> Rules, IReadOnlyList<BacktestLoad> Workload, IReadOnlyList<BacktestChange> Changes, int ChangesLeftOut);

/// <summary>What became of asking for a trial.</summary>
/// <param name="Job">The trial; null when it was refused.</param>
/// <param name="Faults">Why the files were refused, each as <c>file:line:column: found; allowed</c>.</param>
public sealed record BacktestStart(BacktestJob? Job, IReadOnlyList<string> Faults);

/// <summary>Tries rules on what the journal holds, without touching cases. One at a time; few wait; old ones are forgotten.</summary>
public interface IBacktester
{
    /// <summary>Trials known, the newest first.</summary>
    IReadOnlyList<BacktestJob> Jobs { get; }

    /// <summary>Checks the files and puts the trial in the queue. No job and no faults: too many wait.</summary>
    BacktestStart Start(Backtest trial);

    /// <summary>A trial by its id, or null.</summary>
    BacktestJob? Find(string id);

    /// <summary>Waits for the end of a trial, at most for a time, and gives how it stands then.</summary>
    Task<BacktestJob?> WaitAsync(string id, TimeSpan atMost, CancellationToken stop);

    /// <summary>Ends a trial; false when there is none of that id, or it has ended.</summary>
    bool Cancel(string id);

    /// <summary>Checks files as <see cref="Start"/> does and tries nothing.</summary>
    /// <returns>The faults, each as <c>file:line:column: found; allowed</c>, and the name of the whole set, empty when there are any.</returns>
    (IReadOnlyList<string> Faults, string Fingerprint) Check(IReadOnlyList<PackText> changes);
}

/// <summary>Advice to move one parameter of a rule, with what a trial on the past said of it.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Kind"><c>threshold</c> or <c>deadBand</c>.</param>
/// <param name="Parameter">Name of the parameter.</param>
/// <param name="From">Its value in force, with unit.</param>
/// <param name="To">The value advised.</param>
/// <param name="Channel">Channel whose figures it rests on.</param>
/// <param name="Avoids">Dismissed cases, or quick repetitions, that the figures say it avoids.</param>
/// <param name="Of">Of so many.</param>
/// <param name="LifeSafety">The rule can reach P1: a person decides with care.</param>
/// <param name="Files">The changed <c>overrides.yaml</c>.</param>
/// <param name="Judgement"><c>untried</c>, <c>trying</c>, <c>holds</c> (fewer false alarms, nothing confirmed is lost), <c>fails</c>, or <c>unknown</c> (the trial met none of those cases).</param>
/// <param name="Trial">Id of the trial; empty when there is none.</param>
/// <param name="Now">The rule in force against people's verdicts, from the trial.</param>
/// <param name="Tried">The advised one.</param>
public sealed record RuleAdvice(
    string Rule, string Kind, string Parameter, string From, string To, string Channel, int Avoids, int Of, bool LifeSafety, IReadOnlyList<PackText> Files,
    string Judgement, string Trial, BacktestVerdicts? Now, BacktestVerdicts? Tried);

/// <summary>Learns from what people said of cases, and tries what it learnt before it says so.</summary>
public interface IRuleAdviser
{
    /// <summary>Advice from the cases opened in a span, with the trials known of it.</summary>
    Task<IReadOnlyList<RuleAdvice>> AdviseAsync(long fromMs, long toMs, CancellationToken stop);

    /// <summary>Starts trials of what is untried, as many as wait at once.</summary>
    /// <returns>How many were started.</returns>
    Task<int> TryAsync(long fromMs, long toMs, string by, CancellationToken stop);
}

/// <summary>What became of putting rules in force.</summary>
/// <param name="Fingerprint">The set in force after it.</param>
/// <param name="Changed">Names of the files written or taken out.</param>
/// <param name="Faults">Why nothing was changed, each as <c>file:line:column: found; allowed</c>; empty when it was done.</param>
/// <param name="Outdated">Nothing was changed because other rules are in force than those the trial began from.</param>
public sealed record RulePromotion(string Fingerprint, IReadOnlyList<string> Changed, IReadOnlyList<string> Faults, bool Outdated);

/// <summary>Puts tried rules in force: writes them into the rules folder and has it taken up.</summary>
public interface IRulePromoter
{
    /// <summary>The set in force.</summary>
    string Fingerprint { get; }

    /// <summary>Files of the set in force, in the order of their names.</summary>
    IReadOnlyList<PackText> Files { get; }

    /// <summary>Checks the files as a whole, writes them and puts them in force; when that fails the folder is as it was.</summary>
    /// <param name="changes">Files that differ from those in force.</param>
    /// <param name="expected">The set in force that the caller saw; empty for any.</param>
    /// <param name="by">Account that does it.</param>
    /// <param name="stop">Ends the wait for another promotion, not one begun.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    Task<RulePromotion> PromoteAsync(IReadOnlyList<PackText> changes, string expected, string by, CancellationToken stop);
}

/// <summary>Takes dead letters through the decoder once more, after it was mended or the device registered.</summary>
public interface IRedecoder
{
    /// <summary>Decodes these letters again (all that the filter takes when <paramref name="ids"/> is empty).</summary>
    /// <returns>How many were tried, and how many could be decoded now and left the dead letters.</returns>
    Task<(int Tried, int Decoded)> RedecodeAsync(IReadOnlyCollection<long> ids, DeadLetterFilter filter, CancellationToken stop);
}

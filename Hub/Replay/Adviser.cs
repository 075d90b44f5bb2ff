using System.Collections.Concurrent;
using System.Globalization;
using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core.Ports;
using Hub.Rules;

namespace Hub.Replay;

/// <summary>Makes advice of people's verdicts, lays it over the rules in force and has it tried on the past. Any thread.</summary>
internal sealed class Adviser(ICaseStore cases, IBacktester backtester, Func<RuleBook> inForce) : IRuleAdviser
{
    private const string Overrides = "overrides.yaml";
    private const long WarmMs = 86_400_000;

    // By the rules it was made for and what it would change: other rules, other advice. Jobs are forgotten by the backtester, so this stays small.
    private readonly ConcurrentDictionary<string, string> trials = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<RuleAdvice>> AdviseAsync(long fromMs, long toMs, CancellationToken stop)
    {
        var book = inForce();
        var said = await Verdicts.ReadAsync(cases, fromMs, toMs, stop);
        var rows = RuleFeedback.ByRule(said).Where(r => r.Version.Length == 0).ToDictionary(r => r.Rule, StringComparer.Ordinal);
        var advice = new List<RuleAdvice>();
        foreach (var rule in book.Rules)
        {
            if (!rows.TryGetValue(rule.Id, out var row)) continue;
            var limits = rule.Parameters.Select(p => RuleBook.TryQuantity(p.Value, out var value, out var unit) ? new RuleLimit(p.Key, value, unit) : null).OfType<RuleLimit>().ToList();
            foreach (var found in ThresholdAdvice.For(rule.Id, limits, [.. said.Where(c => c.Case.Rule == rule.Id)], row.Again)) advice.Add(Of(book, rule, found));
        }

        return advice;
    }

    public async Task<int> TryAsync(long fromMs, long toMs, string by, CancellationToken stop)
    {
        var started = 0;
        foreach (var advice in await AdviseAsync(fromMs, toMs, stop))
        {
            if (advice.Judgement != "untried") continue;
            if (backtester.Start(new Backtest(advice.Files, fromMs, toMs, WarmMs, by)).Job is not { } job) break; // the queue is full
            trials[Name(inForce(), advice.Rule, advice.Parameter, advice.To)] = job.Id;
            started++;
        }

        return started;
    }

    private RuleAdvice Of(RuleBook book, RuleInfo rule, LimitAdvice found)
    {
        var to = found.To.ToString(CultureInfo.InvariantCulture) + (found.Limit.Unit.Length > 0 ? " " + found.Limit.Unit : "");
        var text = RuleBook.Override(book.Files.FirstOrDefault(f => f.File == Overrides).Text ?? "", rule.Id, found.Limit.Name, to);
        var job = trials.TryGetValue(Name(book, rule.Id, found.Limit.Name, to), out var id) ? backtester.Find(id) : null;
        var row = job?.Report?.Rules.FirstOrDefault(r => r.Rule == rule.Id);
        return new RuleAdvice(
            rule.Id, found.Kind, found.Limit.Name, rule.Parameters[found.Limit.Name], to, found.Channel, found.Avoids, found.Of, rule.LifeSafety, [new PackText(Overrides, text)],
            Judge(job, row), job?.Id ?? "", row?.Now, row?.Tried);
    }

    private static string Judge(BacktestJob? job, BacktestRow? row) => job?.State switch
    {
        null or BacktestState.Cancelled or BacktestState.Failed => "untried",
        BacktestState.Waiting or BacktestState.Running => "trying",
        _ when row is null || row.Now.Confirmed + row.Now.Dismissed == 0 => "unknown",
        _ when row.Tried.Missed > row.Now.Missed => "fails",
        _ when row.Tried.Dismissed < row.Now.Dismissed || row.Cases.Tried < row.Cases.Now => "holds",
        _ => "fails",
    };

    private static string Name(RuleBook book, string rule, string parameter, string to) => string.Join('|', book.Fingerprint, rule, parameter, to);
}

using Hub.Cases;
using Hub.Replay;
using Hub.Rules;
using Hub.Tests.Road;

namespace Hub.Tests.Replay;

public sealed class AdviserTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Advice_is_tried_on_the_past_and_says_what_it_is_worth()
    {
        await using var past = await PastRoad.StartAsync(RuleRoad.Pack("$warm", "1").Replace("watch:", "params: {warm: 60 °C}, watch:", StringComparison.Ordinal).Replace("T2, version: \"7\", type: Y, description: {zh: a, en: a}, owner: a, basis: a, params: {warm: 60 °C},", "T2, version: \"7\", type: Y, description: {zh: a, en: a}, owner: a, basis: a,", StringComparison.Ordinal));
        foreach (var peak in (double[])[61, 62, 61.5, 75, 80])
        {
            await past.Road.SayAsync(peak, times: 4);
            await past.Road.SayAsync(20, times: 12);
        }

        await past.SettleAsync();
        var cases = (await past.Road.Cases.ListAsync(new CaseQuery(), Stop)).Items.Where(c => c.Rule == "T1").OrderBy(c => c.OpenedAtMs).ToList();
        Assert.Equal(5, cases.Count);
        await past.Road.Cases.CommitAsync(
            new CaseCommit([], [.. cases.Select((c, i) => i < 3 ? c with { State = CaseState.Cancelled, Outcome = "falseAlarm" } : c with { State = CaseState.Closed })], [], [], null), Stop);
        var adviser = new Adviser(past.Road.Cases, past.Backtester, () => past.Road.Rules.Current);

        var untried = Assert.Single(await adviser.AdviseAsync(0, past.Road.Door.NowMs, Stop), a => a.Kind == "threshold");
        Assert.Equal(("untried", "warm", "60 °C", 3, 3), (untried.Judgement, untried.Parameter, untried.From, untried.Avoids, untried.Of));
        await adviser.TryAsync(0, past.Road.Door.NowMs, "tester", Stop);
        foreach (var job in past.Backtester.Jobs) await past.Backtester.WaitAsync(job.Id, TimeSpan.FromMinutes(5), Stop);

        var tried = Assert.Single(await adviser.AdviseAsync(0, past.Road.Door.NowMs, Stop), a => a.Kind == "threshold");
        Assert.Equal("holds", tried.Judgement);
        Assert.Equal((0.4, 1.0), (tried.Now!.Precision, tried.Tried!.Precision));
        Assert.Equal((1.0, 1.0), (tried.Now.Recall, tried.Tried.Recall));
    }

    [Fact]
    public void An_override_is_laid_beside_those_that_stand_there()
    {
        var text = RuleBook.Override("# ours\nB: {x: 1 W}\nA: {warm: 58 °C, hot: 70 °C}\n", "A", "warm", "62 °C");

        Assert.Equal("# ours\nA: {hot: 70 °C, warm: 62 °C}\nB: {x: 1 W}\n", text);
        Assert.Equal("A: {warm: 62 °C}\n", RuleBook.Override("", "A", "warm", "62 °C"));
    }
}

using System.Net;
using System.Net.Http.Json;
using Hub.Core;
using Hub.Core.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Tests.Dashboard;

/// <summary>Trying and promoting rules over HTTP: shapes, refusals, who may.</summary>
public sealed class TrialsApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trial_that_ends_in_time_answers_with_its_report_and_one_that_does_not_says_where_to_ask()
    {
        var trials = new StillTrials();
        await using var site = await StartAsync(trials);
        using var client = site.Client();

        trials.EndsAtOnce = true;
        var done = await client.PostAsJsonAsync("/api/v1/rules/backtest", new { pack = "pack: a", from = "2026-11-01T00:00:00+08:00", to = "2026-11-02T00:00:00+08:00", warm = "12h" }, Stop);
        trials.EndsAtOnce = false;
        var going = await client.PostAsJsonAsync("/api/v1/rules/backtest?wait=0", new { }, Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Accepted), (done.StatusCode, going.StatusCode));
        var report = (await done.JsonAsync())["report"]!;
        Assert.Equal((2, 1, "2026-11-01T00:00:00+08:00"), ((int)report["total"]!["cases"]!["tried"]!, (int)report["total"]!["cases"]!["gained"]!, (string)report["from"]!));
        Assert.Equal((12 * 3_600_000L, 86_400_000L), (trials.Asked[0].WarmMs, trials.Asked[0].ToMs - trials.Asked[0].FromMs));
        Assert.Equal("/api/v1/rules/backtests/t2", going.Headers.Location!.ToString());
        Assert.Equal(86_400_000, trials.Asked[1].ToMs - trials.Asked[1].FromMs);
        Assert.Equal(2, (await client.JsonAsync("/api/v1/rules/backtests"))["items"]!.AsArray().Count);
        Assert.Equal("Running", (string)(await client.JsonAsync("/api/v1/rules/backtests/t2"))["state"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/rules/backtests/t2", Stop)).StatusCode);
        Assert.Equal(["t2"], trials.Cancelled);
    }

    [Theory]
    [InlineData("""{"pack":"bad"}""", 400, "a.yaml:3:5")]
    [InlineData("""{"from":"2026-11-02","to":"2026-11-01"}""", 400, "from")]
    [InlineData("""{"from":"2024-11-02","to":"2026-11-01"}""", 400, "from")]
    [InlineData("""{"warm":"soon"}""", 400, "warm")]
    [InlineData("""{"from":"yesterday"}""", 400, "from")]
    [InlineData("""{"pack":"a","files":[{"file":"a.yaml","text":"b"}]}""", 400, "pack")]
    [InlineData("""{"form":"2026-11-01"}""", 400, "body")]
    [InlineData("""{"from":17}""", 400, "body")]
    [InlineData("""{"from":""", 400, "body")]
    [InlineData("""{"pack":"busy"}""", 429, null)]
    public async Task What_cannot_be_tried_says_why(string body, int status, string? fault)
    {
        await using var site = await StartAsync(new StillTrials());
        using var client = site.Client();

        var answer = await client.PostAsync("/api/v1/rules/backtest", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Stop);

        Assert.Equal(status, (int)answer.StatusCode);
        if (fault is not null) Assert.Equal(fault, (string)(await answer.JsonAsync())["faults"]![0]!["name"]!);
    }

    [Theory]
    [InlineData("Viewer", 403)]
    [InlineData("GridWorker", 403)]
    [InlineData("ShiftLeader", 200)]
    public async Task Only_those_who_keep_the_hub_up_may_try_and_promote(string role, int status)
    {
        await using var site = await StartAsync(new StillTrials());
        using var client = site.ClientAs(role);

        Assert.Equal(status, (int)(await client.PostAsJsonAsync("/api/v1/rules/promote", new { pack = "pack: a", reason = "because" }, Stop)).StatusCode);
        Assert.Equal(status, (int)(await client.GetAsync("/api/v1/rules/files", Stop)).StatusCode);
        Assert.Equal(status == 200 ? 202 : status, (int)(await client.PostAsJsonAsync("/api/v1/rules/backtest?wait=0", new { }, Stop)).StatusCode);
    }

    [Fact]
    public async Task A_promotion_needs_a_reason_stands_in_the_audit_and_is_refused_when_others_were_faster()
    {
        await using var site = await StartAsync(new StillTrials());
        using var client = site.Client();

        var silent = await client.PostAsJsonAsync("/api/v1/rules/promote", new { pack = "pack: a" }, Stop);
        var late = await client.PostAsJsonAsync("/api/v1/rules/promote", new { pack = "pack: a", reason = "tried", fingerprint = "old" }, Stop);
        var done = await client.PostAsJsonAsync("/api/v1/rules/promote", new { pack = "pack: a", reason = "fewer false alarms" }, Stop);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Conflict, HttpStatusCode.OK), (silent.StatusCode, late.StatusCode, done.StatusCode));
        Assert.Equal("outdated", (string)(await late.JsonAsync())["code"]!);
        Assert.Contains("fewer false alarms", site.Accounts.Entries[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_tells_precision_and_hides_the_devices_of_other_grounds()
    {
        await using var site = await StartAsync(new StillTrials());
        for (var i = 0; i < 3; i++)
        {
            await site.Cases.AddAsync(Site.Case($"c{i}", state: Hub.Cases.CaseState.Cancelled, restricted: true) with { Outcome = "falseAlarm", Devices = ["cam-1"], OpenedAtMs = site.Time.GetUtcNow().ToUnixTimeMilliseconds() - 1_000 });
        }

        using var admin = site.Client();
        using var viewer = site.ClientAs("Viewer");
        var all = await admin.JsonAsync("/api/v1/rules/feedback");
        var some = await viewer.JsonAsync("/api/v1/rules/feedback");

        Assert.Equal((3, 0.0), ((int)all["rules"]![0]!["dismissed"]!, (double)all["rules"]![0]!["precision"]!));
        Assert.Equal("cam-1", (string)all["devices"]![0]!["device"]!);
        Assert.Equal(3, (int)some["rules"]![0]!["dismissed"]!);
        Assert.Empty(some["devices"]!.AsArray());
    }

    private static Task<Site> StartAsync(StillTrials trials) => Site.StartAsync(add: (services, _, _) =>
    {
        services.AddSingleton<IBacktester>(trials);
        services.AddSingleton<IRulePromoter>(new StillPromoter());
    });

    private sealed class StillTrials : IBacktester
    {
        private static readonly LocalText total = new("合计", "Total");

        public bool EndsAtOnce { get; set; }
        public List<Backtest> Asked { get; } = [];
        public List<string> Cancelled { get; } = [];
        public IReadOnlyList<BacktestJob> Jobs => jobs;

        private readonly List<BacktestJob> jobs = [];

        public BacktestStart Start(Backtest trial)
        {
            if (trial.Changes.Any(c => c.Text == "bad")) return new BacktestStart(null, ["a.yaml:3:5: '60 °X'; a unit such as °C"]);
            if (trial.Changes.Any(c => c.Text == "busy")) return new BacktestStart(null, []);
            Asked.Add(trial);
            var row = new BacktestRow("", "", total, "", "", false, new(1, 2, 1, 1, 0, 0, 0, null), new(1, 2, 1, 1, 0, 0, 0, null), new(1, 0, 0), new(1, 1, 0));
            var report = new BacktestReport("f", "g", trial.FromMs, trial.ToMs, trial.FromMs, 10, 30, 0.1, row, [], [], [], 0);
            jobs.Add(new BacktestJob($"t{jobs.Count + 1}", trial, EndsAtOnce ? BacktestState.Done : BacktestState.Running, 0.5, 5, 1, EndsAtOnce ? 2 : 0, "", EndsAtOnce ? report : null));
            return new BacktestStart(jobs[^1], []);
        }

        public BacktestJob? Find(string id) => jobs.Find(j => j.Id == id);

        public Task<BacktestJob?> WaitAsync(string id, TimeSpan atMost, CancellationToken stop) => Task.FromResult(Find(id));

        public bool Cancel(string id)
        {
            Cancelled.Add(id);
            return true;
        }

        public (IReadOnlyList<string> Faults, string Fingerprint) Check(IReadOnlyList<PackText> changes) => ([], "g");
    }

    private sealed class StillPromoter : IRulePromoter
    {
        public string Fingerprint => "new";

        public IReadOnlyList<PackText> Files => [new("a.yaml", "pack: a")];

        public Task<RulePromotion> PromoteAsync(IReadOnlyList<PackText> changes, string expected, string by, CancellationToken stop) =>
            Task.FromResult(expected is "" or "new" ? new RulePromotion(new string('c', 64), ["a.yaml"], [], false) : new RulePromotion("new", [], [], true));
    }
}

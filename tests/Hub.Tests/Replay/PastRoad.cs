using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Replay;
using Hub.Tests.Road;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Tests.Replay;

/// <summary>A road with a past, and what tries rules on it.</summary>
internal sealed class PastRoad : IAsyncDisposable
{
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), "UTC+8", "UTC+8");

    private PastRoad(RuleRoad road) => Road = road;

    public RuleRoad Road { get; }

    public Backtester Backtester { get; private set; } = null!;

    public RulePromoter Promoter { get; private set; } = null!;

    public Retracer Retracer { get; private set; } = null!;

    public bool Busy { get; set; }

    public long BeganMs { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PastRoad> StartAsync(string pack)
    {
        var past = new PastRoad(new RuleRoad(pack));
        await past.Road.StartAsync();
        past.BeganMs = past.Road.Door.NowMs;
        return past;
    }

    /// <summary>Ends the live lanes; from here on the past is tried.</summary>
    public async Task SettleAsync()
    {
        await Road.WorkAndEndAsync();
        await Road.StartAsync();
        var door = Road.Door;
        Backtester = Tester(width: 2);
        Promoter = new RulePromoter(Road.Rules, china, NullLogger<RulePromoter>.Instance);
        Retracer = new Retracer(door.Journal, door.Registry, door.Options, china) { FilesAt = _ => Road.Rules.Current.Files, FilesOf = Road.Rules.FilesOf };
    }

    /// <summary>What tries rules on the past, so many lanes side by side.</summary>
    public Backtester Tester(int width) => new(
        Road.Door.Journal, Road.Door.Registry, Road.Door.Options, CasePolicy.Default, Road.Cases, china, Road.Door.Clock, Road.Door.Clock, NullLogger<Backtester>.Instance, CancellationToken.None)
    {
        InForce = () => Road.Rules.Current.Files,
        Busy = () => Busy,
        MustBeSafe = false,
        Width = width,
    };

    public Backtest Trial(string pack, long? fromMs = null, long? toMs = null, long warmMs = 0) =>
        new(pack.Length > 0 ? [new PackText("", pack)] : [], fromMs ?? 0, toMs ?? Road.Door.NowMs + 1, warmMs, "tester");

    public async Task<BacktestReport> TryAsync(string pack, long? fromMs = null, long? toMs = null, long warmMs = 0)
    {
        var job = await EndAsync(Backtester.Start(Trial(pack, fromMs, toMs, warmMs)));
        Assert.Equal((BacktestState.Done, ""), (job.State, job.Fault));
        return job.Report!;
    }

    public async Task<BacktestJob> EndAsync(BacktestStart start)
    {
        Assert.Empty(start.Faults);
        return (await Backtester.WaitAsync(start.Job!.Id, TimeSpan.FromMinutes(5), Stop))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (Backtester is not null) await Backtester.DisposeAsync();
        Promoter?.Dispose();
        Retracer?.Dispose();
        await Road.DisposeAsync();
    }
}

using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;

namespace Hub.Tests.Ingest;

public sealed class RedecoderTests : IAsyncDisposable
{
    private readonly Door _door = new();
    private readonly Letters _letters = new();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task A_device_registered_later_gets_what_it_sent_before()
    {
        await _door.PublishAsync("hub/v1/new-1/telemetry", """{"power":7}""");
        await _door.PublishAsync("hub/v1/other/telemetry", """{"power":8}""");
        await _door.PublishAsync("hub/v1/new-1/telemetry", "not json");
        Collect();
        _door.Clock.Advance(TimeSpan.FromHours(1));
        await _door.Registry.RegisterAsync([new DeviceRecord("new-1", "chargerPort", "", "leshan/estate-1/shed-1")], [], [], Door.Stop);

        Assert.Equal((3, 1), await Redecoder().RedecodeAsync([], DeadLetterFilter.All, Door.Stop));

        Assert.Equal(2, _letters.All.Count);
        Assert.Contains("new-1 power=7", _door.Drain());
        Assert.True(_door.Ledger.Snapshot().Balanced);
        Assert.Equal((0, 0), (await Redecoder().RedecodeAsync([999], DeadLetterFilter.All, Door.Stop)));
    }

    [Fact]
    public async Task A_long_payload_is_taken_from_the_journal()
    {
        _door.Options.PayloadBytes = 7000;
        await _door.PublishAsync("hub/v1/new-1/telemetry", $$"""{"power":7{{new string(' ', 5000)}}}""");
        Collect();
        Assert.Equal(4096, _letters.All.Single().Payload.Length);
        await _door.Registry.RegisterAsync([new DeviceRecord("new-1", "chargerPort", "", "leshan/estate-1/shed-1")], [], [], Door.Stop);

        Assert.Equal((1, 1), await Redecoder().RedecodeAsync([1], DeadLetterFilter.All, Door.Stop));
        Assert.Contains("new-1 power=7", _door.Drain());
    }

    private Redecoder Redecoder() => new(_letters, _door.Journal, _door.Registry, _door.Channels, _door.Front, _door.Options);

    private void Collect()
    {
        for (var lane = 0; lane < _door.Journal.Lanes; lane++)
        {
            using var reader = _door.Reader(lane);
            while (reader.TryRead())
            {
                for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
                {
                    if (item == LaneItem.DeadLetter) _letters.All.Add(reader.DeadLetter with { Id = _letters.All.Count + 1 });
                }
            }
        }
    }

    private sealed class Letters : IDeadLetterStore
    {
        public List<DeadLetter> All { get; } = [];

        public Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, long before, int limit, CancellationToken stop) =>
            Task.FromResult<IReadOnlyList<DeadLetter>>([.. All.Where(l => (before == 0 || l.Id < before) && (filter.Reason is null || l.Reason == filter.Reason)).OrderByDescending(l => l.Id).Take(limit)]);

        public Task<DeadLetter?> FindAsync(long id, CancellationToken stop) => Task.FromResult(All.Find(l => l.Id == id));

        public Task<IReadOnlyDictionary<string, long>> CountAsync(DeadLetterFilter filter, CancellationToken stop) => throw new NotSupportedException();

        public Task<int> DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken stop) => Task.FromResult(All.RemoveAll(l => ids.Contains(l.Id)));

        public Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken stop) => throw new NotSupportedException();
    }
}

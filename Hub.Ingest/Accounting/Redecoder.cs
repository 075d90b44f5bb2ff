using System.Text;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Journal;

namespace Hub.Ingest;

/// <summary>
/// Takes dead letters through the decoder once more. One that can be decoded now is appended to the journal again, with its first
/// arrival time, so rules and store take it up in the usual way; then it leaves the dead letters. In the ledger it is a further
/// message: the dead letter stays counted as what it was.
/// </summary>
public sealed class Redecoder(
    IDeadLetterStore letters, IJournal journal, DeviceRegistry registry, ChannelTable channels, FrontCounts front, IngestOptions options) : IRedecoder
{
    private const int PageSize = 500;

    /// <inheritdoc/>
    public async Task<(int Tried, int Decoded)> RedecodeAsync(IReadOnlyCollection<long> ids, DeadLetterFilter filter, CancellationToken stop)
    {
        int tried = 0, decoded = 0;
        await foreach (var page in PagesAsync(ids, filter, stop).ConfigureAwait(false))
        {
            var mended = new List<long>();
            var ticket = 0L;
            foreach (var letter in page)
            {
                tried++;
                if (PayloadOf(letter) is not { } payload || !CanDecode(letter, payload.Span)) continue;
                ticket = await AppendAsync(letter, payload, stop).ConfigureAwait(false);
                mended.Add(letter.Id);
            }

            // The letters go only when their second life is durable: a crash in between repeats, it does not lose.
            await journal.CommittedAsync(ticket, CancellationToken.None).ConfigureAwait(false);
            if (mended.Count > 0) decoded += await letters.DeleteAsync(mended, stop).ConfigureAwait(false);
        }

        return (tried, decoded);
    }

    private async IAsyncEnumerable<IReadOnlyList<DeadLetter>> PagesAsync(
        IReadOnlyCollection<long> ids, DeadLetterFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var chunk in ids.Chunk(PageSize))
        {
            var found = new List<DeadLetter>();
            foreach (var id in chunk)
            {
                if (await letters.FindAsync(id, stop).ConfigureAwait(false) is { } letter) found.Add(letter);
            }

            yield return found;
        }

        if (ids.Count > 0) yield break;
        for (var before = 0L; ;)
        {
            var page = await letters.ListAsync(filter, before, PageSize, stop).ConfigureAwait(false);
            if (page.Count == 0) yield break;
            yield return page;
            before = page[^1].Id;
        }
    }

    private bool CanDecode(DeadLetter letter, ReadOnlySpan<byte> payload)
    {
        var topic = Encoding.UTF8.GetBytes(letter.Topic);
        if (!OwnTopic.TryClaim(topic, out var claim)) return false;
        if (registry.Find(claim.DeviceId(topic)) is null && options.UnknownDevices != UnknownDevices.Accept) return false;
        return new OwnDialect(channels, options).Decode(claim.Kind, payload, letter.ArrivalMs, new DecodedMessage());
    }

    private async ValueTask<long> AppendAsync(DeadLetter letter, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        var topic = Encoding.UTF8.GetBytes(letter.Topic);
        OwnTopic.TryClaim(topic, out var claim);
        var device = registry.Find(claim.DeviceId(topic));
        var lane = device is null ? LaneMap.Of(claim.DeviceId(topic), journal.Lanes) : LaneMap.Of(device, journal.Lanes);
        var head = new byte[MessageRecord.HeadBytes];
        MessageRecord.WriteHead(head, MessageRecord.AgainFlag, letter.ArrivalMs, topic.Length);
        front.Begin();
        try
        {
            var ticket = await journal.AppendAsync(lane, new JournalBody(head, topic, payload.Span), stop).ConfigureAwait(false);
            front.Count(DoorOutcome.Journalled);
            return ticket;
        }
        finally
        {
            front.End();
        }
    }

    // The letter keeps the first bytes only; the journal has the whole, as long as it is kept.
    private ReadOnlyMemory<byte>? PayloadOf(DeadLetter letter)
    {
        if (letter.Payload.Length == letter.PayloadBytes) return letter.Payload;
        var batch = new JournalBatch(maxBytes: 1, maxRecords: 1);
        using var cursor = journal.Open(letter.Lane, letter.Position - 1);
        if (!cursor.TryRead(batch) || batch.LastPosition != letter.Position) return null;
        return MessageRecord.TryRead(batch.Body(batch.Entries[0]), out var record) ? record.Payload.ToArray() : null;
    }
}

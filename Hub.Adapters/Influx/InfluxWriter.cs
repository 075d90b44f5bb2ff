using System.IO.Compression;
using System.Net;
using Hub.Core.Ports;
using Polly;
using Polly.Retry;

namespace Hub.Adapters.Influx;

/// <summary>Sends lines in batches; finds the line that spoils a batch by halving, puts it aside and goes on.</summary>
/// <remarks>Everything may be sent twice: a point overwrites itself. So halving needs no memory of what a refused batch wrote in part.</remarks>
internal sealed class InfluxWriter(InfluxHttp http, InfluxDbOptions options, RefusedLines refused, TimeProvider clock)
{
    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<InfluxBusyException>(),
            MaxRetryAttempts = Math.Max(options.Retries, 1),
            Delay = options.RetryDelay,
            MaxDelay = TimeSpan.FromSeconds(10),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = arguments => new ValueTask<TimeSpan?>((arguments.Outcome.Exception as InfluxBusyException)?.RetryAfter),
        })
        .Build();

    private const int MostRefusedInARow = 200;

    private readonly MemoryStream packed = new();
    private int refusedInARow;

    /// <summary>Sends lines from an index on.</summary>
    /// <param name="lines">What to send; not touched.</param>
    /// <param name="sent">Lines that need not be sent again; moves forward with every batch, also when a later one fails.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task SendAsync(LineBuffer lines, StrongCount sent, CancellationToken stop)
    {
        while (sent.Value < lines.Count)
        {
            var to = EndOfBatch(lines, sent.Value);
            await SendRangeAsync(lines, sent.Value, to, stop).ConfigureAwait(false);
            sent.Value = to;
        }
    }

    private int EndOfBatch(LineBuffer lines, int from)
    {
        var to = Math.Min(from + options.BatchLines, lines.Count);
        while (to > from + 1 && lines.LengthOf(from, to) > options.BatchBytes) to = from + (to - from) / 2;
        return to;
    }

    private async Task SendRangeAsync(LineBuffer lines, int from, int to, CancellationToken stop)
    {
        try
        {
            await PostAsync(lines.Lines(from, to), stop).ConfigureAwait(false);
            refusedInARow = 0;
        }
        catch (InfluxRefusedException refusal) when (DroppedByRetention(refusal) is { } dropped)
        {
            refused.Note(dropped, refusal.Message);     // the rest of the batch is in
        }
        catch (InfluxRefusedException refusal) when (IsAboutLines(refusal))
        {
            if (to - from == 1)
            {
                PutAside(lines.Lines(from, to).Span, refusal);
                return;
            }

            var middle = from + (to - from) / 2;
            await SendRangeAsync(lines, from, middle, stop).ConfigureAwait(false);
            await SendRangeAsync(lines, middle, to, stop).ConfigureAwait(false);
        }
        catch (InfluxRefusedException refusal)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} refuses to write ({(int)refusal.Status}: {refusal.Message}); check Hub:Readings:InfluxDb: Database, Bucket, Org, Token, Username, Password", refusal);
        }
        catch (InfluxBusyException busy)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} cannot be written now: {busy.Message}", busy);
        }
    }

    // Line after line refused is no longer about lines: a wrong setting must not empty the journal into a file.
    private void PutAside(ReadOnlySpan<byte> line, InfluxRefusedException refusal)
    {
        if (++refusedInARow > MostRefusedInARow)
            throw new StoreUnavailableException($"InfluxDB at {options.Url} refused {MostRefusedInARow} lines one after the other, the last with '{refusal.Message}'; mend the database or the settings, the journal keeps everything meanwhile", refusal);
        refused.Add(line, refusal.Message);
    }

    private async Task PostAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        packed.SetLength(0);
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body, stop).ConfigureAwait(false);
        var content = packed.GetBuffer().AsMemory(0, (int)packed.Length);
        await retry.ExecuteAsync(async token => await http.WriteAsync(content, gzipped: true, token).ConfigureAwait(false), stop).ConfigureAwait(false);
    }

    private static bool IsAboutLines(InfluxRefusedException refusal) =>
        refusal.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge;

    // "partial write: points beyond retention policy dropped=17": old by rule, not bad; halving would end in as many requests as lines.
    private static long? DroppedByRetention(InfluxRefusedException refusal)
    {
        if (!refusal.Message.Contains("retention policy", StringComparison.Ordinal)) return null;
        var at = refusal.Message.IndexOf("dropped=", StringComparison.Ordinal);
        if (at < 0) return null;
        var digits = refusal.Message.AsSpan(at + 8);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? digits : digits[..end], out var dropped) ? dropped : null;
    }
}

/// <summary>A count that survives the exception that interrupts its progress.</summary>
internal sealed class StrongCount
{
    public int Value;
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Hub.Core;

namespace Hub.Dashboard.Operations;

/// <summary>Collects the hub's instruments and those of the runtime, and writes them as Prometheus text (exposition format 0.0.4).</summary>
internal sealed class Prometheus : IDisposable
{
    /// <summary>Series of one instrument: labels come from rule ids and the like, but nothing may grow for ever.</summary>
    private const int MostSeries = 2_000;

    private readonly MeterListener listener = new();
    private readonly Lock scraping = new();
    private readonly ConcurrentDictionary<Instrument, Family> families = new();

    public Prometheus(HubMetrics metrics)
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter) || instrument.Meter.Name == "System.Runtime")
                l.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, i => new Family(i)));
        };
        listener.MeasurementsCompleted = (instrument, _) => families.TryRemove(instrument, out Family? _);
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        listener.Start();
    }

    public string Scrape()
    {
        lock (scraping)
        {
            foreach (var (_, family) in families) family.BeforeScrape();
            listener.RecordObservableInstruments();
            var text = new StringBuilder(16_384);
            foreach (var family in families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private sealed class Family
    {
        private static readonly double[] bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30];

        private readonly string help;
        private readonly string type;
        private readonly bool observed;
        private readonly Lock gate = new();
        private readonly Dictionary<string, Series> series = new(StringComparer.Ordinal);

        public Family(Instrument instrument)
        {
            // Ours carry their Prometheus names; the runtime's have dots.
            Name = instrument.Name.Replace('.', '_').Replace('-', '_');
            help = (instrument.Description ?? "").ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal);
            var kind = instrument.GetType().Name;
            type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
                : kind.Contains("UpDown", StringComparison.Ordinal) || kind.Contains("Gauge", StringComparison.Ordinal) ? "gauge" : "counter";
            observed = instrument.IsObservable;
            // A counter that never counted is 0, not missing: alerts on it must work from the start. Labelled ones appear with their first label.
            if (type == "histogram" || instrument is Counter<double>) series[""] = new Series(type == "histogram");
        }

        public string Name { get; }

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = tags.IsEmpty ? "" : Labels(tags);
            lock (gate)
            {
                if (!series.TryGetValue(labels, out var s))
                {
                    if (series.Count >= MostSeries) return;
                    series[labels] = s = new Series(type == "histogram");
                }

                if (s.Buckets is null)
                {
                    s.Value = observed ? value : s.Value + value;
                    return;
                }

                s.Value += value;
                s.Count++;
                var i = 0;
                while (i < bounds.Length && value > bounds[i]) i++;
                s.Buckets[i]++;
            }
        }

        // What is observed anew at each scrape must not show labels that are gone.
        public void BeforeScrape()
        {
            if (!observed) return;
            lock (gate) series.Clear();
        }

        public void Write(StringBuilder text)
        {
            lock (gate)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {help}\n# TYPE {Name} {type}\n");
                foreach (var (labels, s) in series)
                {
                    if (s.Buckets is null) text.Append(CultureInfo.InvariantCulture, $"{Name}{Braces(labels)} {s.Value:R}\n");
                    else WriteHistogram(text, labels, s, s.Buckets);
                }
            }
        }

        private void WriteHistogram(StringBuilder text, string labels, Series s, long[] buckets)
        {
            var (total, prefix) = (0L, labels.Length == 0 ? "" : labels + ",");
            for (var i = 0; i <= bounds.Length; i++)
            {
                total += buckets[i];
                var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{prefix}le=\"{bound}\"}} {total}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{Braces(labels)} {s.Value:R}\n{Name}_count{Braces(labels)} {s.Count}\n");
        }

        private static string Braces(string labels) => labels.Length == 0 ? "" : "{" + labels + "}";

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new StringBuilder();
            foreach (var (key, value) in tags)
            {
                if (text.Length > 0) text.Append(',');
                var escaped = (value?.ToString() ?? "").Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                text.Append(key.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
            }

            return text.ToString();
        }

        private sealed class Series(bool histogram)
        {
            public double Value;
            public long Count;
            public readonly long[]? Buckets = histogram ? new long[bounds.Length + 1] : null;
        }
    }
}

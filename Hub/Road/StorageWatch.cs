using System.Diagnostics.Metrics;
using Hub.Adapters.Embedded;
using Hub.Adapters.Influx;
using Hub.Core.Ports;

namespace Hub.Road;

/// <summary>Gathers how journal and readings store are, for the page's banner and for the metrics.</summary>
internal sealed class StorageWatch(RunningHub hub, Clocks clocks) : IStorageWatch
{
    public StorageState Look()
    {
        var lag = hub.Ledger.Lag();
        var faults = hub.Journal.Faults;
        var trouble = hub.ReadingsWorker.Trouble;
        var influx = hub.Readings as InfluxReadingsStore;
        return new StorageState(
            hub.Readings.Name, hub.ReadingsWorker.Reachable, trouble?.SinceMs ?? 0, trouble?.Fault, lag, LagSeconds(lag.GetValueOrDefault("readings")),
            influx?.RefusedCount ?? 0, influx?.LastRefusal, (hub.Readings as EmbeddedReadingsStore)?.DamagedChunks ?? 0,
            hub.Journal.Full, hub.Journal.Bytes, hub.Journal.Segments, hub.Journal.FreeBytes, faults.DamagedRecords, faults.DamagedBytes, faults.TornBytes, faults.FailedCommits);
    }

    /// <summary>Makes the instruments of the storage; every scrape asks anew.</summary>
    public void Instrument(Meter meter)
    {
        meter.CreateObservableGauge("hub_journal_lag_seconds", () => new Measurement<double>(Look().LagSeconds, new KeyValuePair<string, object?>("consumer", "readings")), description: "Age of the oldest journal record that the readings store has not taken.");
        meter.CreateObservableGauge("hub_store_reachable", () => new Measurement<long>(hub.ReadingsWorker.Reachable ? 1 : 0, new KeyValuePair<string, object?>("store", hub.Readings.Name)), description: "1 when the readings store took what it was last given.");
        meter.CreateObservableCounter("hub_store_refused_total", () => Look().RefusedLines, description: "Observations the store would not take, put aside with the reason.");
        meter.CreateObservableCounter("hub_store_damaged_chunks_total", () => Look().DamagedChunks, description: "Times a stored chunk was left out because its checksum was wrong.");
        meter.CreateObservableGauge("hub_journal_full", () => hub.Journal.Full is null ? 0L : 1L, description: "1 while the journal refuses messages because its disk is down to the reserve.");
        meter.CreateObservableGauge("hub_journal_bytes", () => hub.Journal.Bytes, description: "Bytes of the journal's segments.");
        meter.CreateObservableGauge("hub_journal_free_bytes", () => hub.Journal.FreeBytes, description: "Bytes free on the journal's disk.");
        meter.CreateObservableCounter("hub_journal_damaged_records_total", () => hub.Journal.Faults.DamagedRecords, description: "Journal records that could not be read and were stepped over.");
        meter.CreateObservableCounter("hub_journal_damaged_bytes_total", () => hub.Journal.Faults.DamagedBytes, description: "Journal bytes stepped over to find the next sound record.");
        meter.CreateObservableCounter("hub_journal_failed_commits_total", () => hub.Journal.Faults.FailedCommits, description: "Journal commits that the disk refused.");
        meter.CreateObservableCounter("hub_dead_letters_total", () => hub.Ledger.Snapshot().DeadLettered, description: "Messages kept aside because they could not be decoded.");
        meter.CreateObservableCounter("hub_duplicates_total", () => hub.Ledger.Snapshot().Duplicates, description: "Messages recognised as a repetition.");
    }

    private double LagSeconds(long records)
    {
        if (records == 0) return 0;
        var since = hub.ReadingsWorker.CommittedToMs;
        return since == 0 ? 0 : Math.Max(0, (clocks.Hub.GetUtcNow().ToUnixTimeMilliseconds() - since) / 1000.0);
    }
}

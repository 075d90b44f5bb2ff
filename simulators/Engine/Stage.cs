namespace Hub.Simulators.Engine;

/// <summary>Where the devices of one simulation act: the time, the way out, the agenda and the record of what is true.</summary>
internal sealed class Stage(IReadOnlyDictionary<string, DeviceModel> models, ulong seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> agenda = new();
    private readonly PriorityQueue<DeviceModel, (long At, int Order)> wakes = new();
    private readonly Dictionary<DeviceModel, int> order = models.Values.Select((m, i) => (m, i)).ToDictionary(x => x.m, x => x.i);
    private long scheduled;

    public ulong Seed => seed;

    /// <summary>Simulated time [ms since 1970-01-01 UTC].</summary>
    public long NowMs { get; set; }

    public PayloadWriter Writer { get; } = new();

    /// <summary>Messages made and not yet fetched, in order.</summary>
    public Queue<SimMessage> Outbox { get; } = new();

    /// <summary>Truth made and not yet fetched.</summary>
    public Queue<Truth> Truths { get; } = new();

    public IEnumerable<DeviceModel> Models => models.Values;

    public T? Find<T>(string id) where T : DeviceModel => models.GetValueOrDefault(id) as T;

    /// <summary>Devices of a type in their order of registration.</summary>
    public IEnumerable<T> All<T>() where T : DeviceModel => models.Values.OfType<T>();

    /// <summary>Does something at a time; what lies in the past is done at once, in the order of asking.</summary>
    public void At(long ms, Action act) => agenda.Enqueue(act, (Math.Max(ms, NowMs), scheduled++));

    /// <summary>Wakes a device earlier or later than it had asked for.</summary>
    public void Wake(DeviceModel model, long ms)
    {
        model.NextMs = ms;
        wakes.Enqueue(model, (ms, order[model]));
    }

    public void Send(DeviceModel model, string topic, byte[] payload, bool isEvent)
    {
        if (NowMs < model.SilentUntilMs) return;
        if (NowMs < model.HeldUntilMs) At(model.HeldUntilMs, () => Outbox.Enqueue(new SimMessage(NowMs, model.Record, topic, payload, isEvent)));
        else Outbox.Enqueue(new SimMessage(NowMs, model.Record, topic, payload, isEvent));
    }

    public void Tell(Truth truth) => Truths.Enqueue(truth);

    /// <summary>Time of the next thing to happen; <see cref="long.MaxValue"/> when nothing ever will.</summary>
    public long Next()
    {
        // A device that was re-woken leaves its old entry behind; skip those.
        while (wakes.TryPeek(out var model, out var at) && model.NextMs != at.At) wakes.Dequeue();
        var next = wakes.TryPeek(out _, out var wake) ? wake.At : long.MaxValue;
        return agenda.TryPeek(out _, out var act) ? Math.Min(next, act.At) : next;
    }

    /// <summary>Lets the next thing happen.</summary>
    public void Step()
    {
        NowMs = Math.Max(NowMs, Next());
        if (agenda.TryPeek(out var act, out var due) && due.At <= NowMs)
        {
            agenda.Dequeue();
            act();
            return;
        }

        var model = wakes.Dequeue();
        model.Step(this);
        if (model.NextMs <= NowMs) throw new InvalidOperationException($"{model.Id} asked to be woken in the past");
        wakes.Enqueue(model, (model.NextMs, order[model]));
    }
}

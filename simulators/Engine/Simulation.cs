using System.Text.Json;
using Hub.Core.Devices;
using Hub.Simulators.Acts;
using Hub.Simulators.Communities;
using Hub.Simulators.Devices;
using Hub.Simulators.Scenes;

namespace Hub.Simulators.Engine;

/// <summary>A community alive: a seed and a start time in; messages in order of simulated time, and what is true, out. No clock, no network.</summary>
/// <remarks>
/// One thread at a time. The same seed gives the same bytes; a device's own messages do not depend on which other devices the scale kept,
/// but for scenes, which choose their actors among those present.
/// </remarks>
public sealed class Simulation
{
    private readonly Stage stage;
    private readonly Dictionary<string, DeviceModel> models;
    private readonly Dictionary<string, int> played = new(StringComparer.Ordinal);

    /// <summary>Makes the devices of a community and lets them live from a time on.</summary>
    public Simulation(Community community, DateTimeOffset start, SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        models = community.Devices.Select(d => DeviceModels.For(d, options.Seed)).ToDictionary(m => m.Id, StringComparer.Ordinal);
        stage = new Stage(models, options.Seed) { NowMs = start.ToUnixTimeMilliseconds() };
        foreach (var model in models.Values)
        {
            if (!options.ClockSkew) model.SkewMs = 0;
            model.Start(stage);
            stage.Wake(model, Math.Max(model.NextMs, stage.NowMs + 1));
            if (options.Incidents > 0 && Math.Abs(model.SkewMs) > LocalTime.Minute && model.PeriodMs <= LocalTime.Minute) DoorActs.ClockOff(stage, model);
        }

        if (options.Incidents > 0) new Incidents(stage, options.Incidents).Begin();
    }

    /// <summary>Simulated time of the last message or action, milliseconds since 1970-01-01 UTC.</summary>
    public long NowMs => stage.NowMs;

    /// <summary>The next message, in order of time.</summary>
    /// <param name="untilMs">Simulated time to go to at most.</param>
    /// <param name="message">The message.</param>
    /// <returns>False when nothing more is said before <paramref name="untilMs"/>.</returns>
    public bool TryNext(long untilMs, out SimMessage message)
    {
        while (!stage.Outbox.TryDequeue(out message))
        {
            if (stage.Next() >= untilMs)
            {
                stage.NowMs = Math.Max(stage.NowMs, untilMs);
                return false;
            }

            stage.Step();
        }

        return true;
    }

    /// <summary>The next line of truth that became due; false when there is none yet.</summary>
    public bool TryTruth(out Truth truth) => stage.Truths.TryDequeue(out truth!);

    /// <summary>Plays a scene from a time on.</summary>
    /// <returns>Null, or why it cannot be played here (the scale left no device of a kind it needs).</returns>
    /// <exception cref="ArgumentException">No scene has that name.</exception>
    public string? Play(string scene, DateTimeOffset at)
    {
        var script = SceneBook.Find(scene) ?? throw new ArgumentException($"scene '{scene}' is not known; 'scenes' lists them", nameof(scene));
        var turn = played[scene] = played.GetValueOrDefault(scene) + 1;
        var cast = new Cast(stage, scene, turn);
        var missing = script.Needs.FirstOrDefault(need => !cast.Has(need));
        if (missing is not null) return $"scene '{scene}' needs a device of kind {missing}; none is left at this scale";
        stage.At(at.ToUnixTimeMilliseconds(), () => script.Play(cast));
        return null;
    }

    /// <summary>A command came down to a device; its answer follows among the messages a third of a second later.</summary>
    /// <param name="deviceId">Whom it is for.</param>
    /// <param name="payload">JSON with <c>id</c> and <c>name</c> (or <c>command</c>).</param>
    /// <returns>False when no such device is simulated or the command cannot be read.</returns>
    public bool Command(string deviceId, ReadOnlyMemory<byte> payload)
    {
        if (!models.TryGetValue(deviceId, out var model) || !TryRead(payload, out var id, out var name)) return false;
        stage.At(stage.NowMs + 300, () => model.Answer(stage, id, model.Obey(stage, name)));
        return true;
    }

    private static bool TryRead(ReadOnlyMemory<byte> payload, out string id, out string name)
    {
        id = name = "";
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return false;
            id = Text(json.RootElement, "id");
            name = Text(json.RootElement, "name") is { Length: > 0 } n ? n : Text(json.RootElement, "command") is { Length: > 0 } c ? c : Text(json.RootElement, "cmd");
            return name.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

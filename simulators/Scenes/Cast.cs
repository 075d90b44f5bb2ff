using Hub.Core.Places;
using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Scenes;

/// <summary>Chooses the actors of one playing of a scene: the same seed, scene and turn choose the same.</summary>
internal sealed class Cast(Stage stage, string scene, int turn)
{
    public Stage Stage => stage;

    public string Scene => scene;

    /// <summary>Counts the playings of this scene in this simulation, from 1.</summary>
    public int Turn => turn;

    public bool Has(string kind) => stage.Models.Any(m => m.Record.Kind == kind);

    /// <summary>One device of a kind that speaks now; turns go round all of them.</summary>
    public T Pick<T>(Func<T, bool>? who = null, string purpose = "") where T : DeviceModel
    {
        var all = stage.All<T>().Where(m => stage.NowMs >= m.SilentUntilMs && (who is null || who(m))).ToArray();
        if (all.Where(m => Math.Abs(m.SkewMs) < LocalTime.Minute).ToArray() is { Length: > 0 } onTime) all = onTime;
        if (all.Length == 0) all = [.. stage.All<T>().Where(m => who is null || who(m)).DefaultIfEmpty(stage.All<T>().First())];
        var first = Rng.Hash(stage.Seed, scene + purpose) % (ulong)all.Length;

        // A step that shares no small factor with usual counts spreads repeated turns over the estates.
        return all[(int)((first + ((ulong)turn * 7_919)) % (ulong)all.Length)];
    }

    public Camera Camera(string role) => Pick<Camera>(c => c.Role == role);

    public void After(double seconds, Action act) => stage.At(stage.NowMs + (long)(seconds * LocalTime.Second), act);

    public static string Estate(DeviceModel model) => Place.SiteOf(model.Place);
}

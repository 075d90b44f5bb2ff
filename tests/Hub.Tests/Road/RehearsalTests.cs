using Hub.Road;
using Hub.Settings;
using Microsoft.Extensions.Configuration;

namespace Hub.Tests.Road;

public sealed class RehearsalTests
{
    [Fact]
    public async Task A_rehearsal_raises_its_alarms_and_leaves_nothing_behind()
    {
        var settings = HubSettings.Read(new ConfigurationBuilder().Build());
        var before = Left();
        var raised = await Rehearsal.PlayAsync(settings, new Clocks(TimeProviders.Real, TimeProviders.Real, 1), TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.True(raised > 0, "the made-up smoke alarms must raise an alert, or the way to a case is not rehearsed");
        Assert.Empty(Left().Except(before, StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_killed_hub_left_is_removed_and_nothing_that_is_in_use_or_of_others()
    {
        var parent = Directory.CreateTempSubdirectory("hub-sweep-").FullName;
        string Make(string name, params string[] files)
        {
            var path = Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
            foreach (var file in files) File.WriteAllText(Path.Combine(path, file), "");
            return path;
        }

        Make("hub-rehearsal-dead", "hub.lock", "hub.db");
        Directory.CreateDirectory(Path.Combine(parent, "hub-rehearsal-dead", "journal"));
        using var live = DataFolder.Open(Make("hub-rehearsal-live", "hub.db"));
        string[] kept =
        [
            live.Path,
            Make("hub-rehearsal-beginning", "hub.lock"),
            Make("hub-rehearsal-foreign", "notes.txt"),
            Make("hub-else", "hub.lock", "hub.db"),
        ];
        Directory.CreateSymbolicLink(Path.Combine(parent, "hub-rehearsal-link"), kept[^1]);

        DataFolder.Sweep(parent, "hub-rehearsal-");

        Assert.Equal(kept.Append(Path.Combine(parent, "hub-rehearsal-link")).Order(StringComparer.Ordinal), Directory.GetDirectories(parent).Order(StringComparer.Ordinal));
        Assert.Equal(2, Directory.GetFiles(kept[^1]).Length);
        live.Dispose();
        Directory.Delete(parent, recursive: true);
    }

    private static string[] Left() => Directory.GetDirectories(Path.GetTempPath(), "hub-rehearsal-*");
}

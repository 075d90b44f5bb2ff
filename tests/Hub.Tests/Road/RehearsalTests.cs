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

    private static string[] Left() => Directory.GetDirectories(Path.GetTempPath(), "hub-rehearsal-*");
}

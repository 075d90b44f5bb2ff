using System.Text;
using Hub.Simulators.Commands;
using Hub.Simulators.Drivers;
using Hub.Tests.Support;

namespace Hub.Tests.Simulators;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("rnu")]
    [InlineData("run --scen all")]
    [InlineData("run --scene flood")]
    [InlineData("run --scale 7")]
    [InlineData("run --broker nonsense")]
    [InlineData("run --telemetry-qos 2")]
    [InlineData("run --community atlantis")]
    [InlineData("load --devices 0")]
    [InlineData("score --truth x")]
    public async Task Words_that_are_not_understood_end_with_code_2(string words) =>
        Assert.Equal(2, await Verbs.RunAsync(words.Split(' '), new ManualClock()));

    [Theory]
    [InlineData("run --scene flying-wire,smoke --scale 0.1 --speed 60 --days 1 --from 2026-11-20T00:00:00+08:00")]
    [InlineData("score --hub http://127.0.0.1:8080 --token t --truth f --json --detail")]
    [InlineData("load --devices 10 --rate 5 --seconds 1")]
    public void The_words_of_the_contract_are_understood(string words) => Assert.Empty(Verbs.Build(new ManualClock()).Parse(words.Split(' ')).Errors);

    [Fact]
    public void A_word_that_is_nearly_right_gets_a_suggestion_and_a_far_one_none()
    {
        Assert.Equal(" Did you mean 'scenes'?", Suggestion.For("scnes", ["run", "score", "scenes"]));
        Assert.Equal("", Suggestion.For("xyzzyplugh", ["run", "score", "scenes"]));
    }

    [Theory]
    [InlineData("""{"now":1795176078711,"speed":60}""", 1795176078711, 60)]
    [InlineData("""{"now":"2026-11-20T00:00:00+08:00"}""", 1795104000000, 1)]
    public void A_hub_tells_its_time_and_speed(string body, long now, double speed)
    {
        Assert.True(HubStatus.TryRead(Encoding.UTF8.GetBytes(body), out var status));
        Assert.Equal((now, speed), (status.NowMs, status.Speed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"now":true}""")]
    public void What_holds_no_time_is_no_status(string body) => Assert.False(HubStatus.TryRead(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void A_hub_clock_runs_on_at_its_speed_and_does_not_step_back_for_a_late_status()
    {
        var real = new ManualClock();
        var clock = new HubClock(real);
        clock.Set(new HubStatus(1_000_000, 60));
        real.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1_600_000, clock.NowMs);
        clock.Set(new HubStatus(1_599_000, 60));
        Assert.Equal(1_600_000, clock.NowMs);
        clock.Set(new HubStatus(5_000_000, 60));
        Assert.Equal(5_000_000, clock.NowMs);
    }
}

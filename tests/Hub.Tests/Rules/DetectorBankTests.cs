using System.Buffers;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Tests.Rules;

public sealed class DetectorBankTests
{
    private const string Detectors = """
        detectors:
          - {id: gathering, detector: gathering, watch: {kinds: [doorReader]}, every: 30 min, budget: 2}
          - {id: odd, detector: generic, watch: {kinds: [lineMonitor]}, channels: {value: [residual, power]}, every: 1 h}
          - {id: inactivity, detector: inactivity, watch: {kinds: [elderKit]}, channels: {activity: [motion]}, every: 15 min}
        """;

    private const string Pack = """
        pack: leads
        rules:
          - id: L1
            version: 1.0.0
            type: X
            description: {zh: a, en: a}
            owner: a
            basis: a
            watch: {kinds: [doorReader, lineMonitor, elderKit]}
            steps:
              - {name: crowd, severity: P3, when: margin_gathering >= 0, explain: {zh: "{score_gathering}", en: "log odds {score_gathering}"} }
              - {name: silent, severity: P3, when: margin_inactivity >= 0, explain: {zh: a, en: silent} }
              - {name: odd, severity: P3, when: margin_odd_residual >= 0, explain: {zh: a, en: odd} }
            clear: {when: margin_gathering < 0 or margin_odd_residual < 0 or margin_inactivity < 0}
            firstReceivers: []
        """;

    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), "UTC+8", "UTC+8");
    private static readonly ChannelTable channels = new();
    private static readonly DateTimeOffset monday = new(2026, 11, 2, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void A_rule_may_act_on_a_score_and_a_crowd_at_night_raises_it()
    {
        var lane = new Lane();
        lane.Weeks(0, 3);
        Assert.DoesNotContain(lane.Alerts, a => a.DeviceId == "door");
        lane.Crowd = (21 * 48) + 44; // Monday of the fourth week, 22:00
        lane.Weeks(3, 3.5);
        var alert = Assert.Single(lane.Alerts, a => a.Signal == AlertSignal.Raised && a.DeviceId == "door");
        Assert.Equal(monday.AddDays(21).AddHours(22), DateTimeOffset.FromUnixTimeMilliseconds(alert.OccurredAtMs));
    }

    [Fact]
    public void A_restart_anywhere_changes_no_score_and_no_alert()
    {
        var straight = new Lane { Crowd = (21 * 48) + 44 };
        var cut = new Lane { Crowd = (21 * 48) + 44, RestartEvery = 389 };
        straight.Weeks(0, 3.5);
        cut.Weeks(0, 3.5);
        Assert.NotEmpty(straight.Told);
        Assert.Equal(straight.Told.Select(Line), cut.Told.Select(Line));
        Assert.Equal(straight.Alerts.Select(a => (a.Position, a.Ordinal, a.OccurredAtMs)), cut.Alerts.Select(a => (a.Position, a.Ordinal, a.OccurredAtMs)));
    }

    private static string Line(ScoreReading s) => $"{s.Device.Id} {s.Channel} {s.Value} {s.AtMs} {s.Position}.{s.Ordinal}";

    [Fact]
    public void Scores_are_told_under_their_own_channels_and_not_more_often_than_declared()
    {
        var lane = new Lane();
        lane.Weeks(0, 2);
        var names = lane.Told.Select(s => s.Channel.Name).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["margin_gathering", "margin_inactivity", "margin_odd_power", "margin_odd_residual", "score_gathering", "score_inactivity", "score_odd_power", "score_odd_residual"], names);
        var gathering = lane.Told.Where(s => s.Channel.Name == "score_gathering").ToList();
        Assert.InRange(gathering.Count, 14 * 40, 14 * 49);
        Assert.Equal(gathering.Count, gathering.Select(s => (s.Position, s.Ordinal)).Distinct().Count());
    }

    [Fact]
    public void A_quiet_home_is_scored_by_ticks_alone_but_not_when_its_sensor_is_dead()
    {
        var lane = new Lane();
        lane.Weeks(0, 2);
        lane.HomeSilent = true;
        lane.Weeks(2, 2.2);
        Assert.Contains(lane.Alerts, a => a.DeviceId == "kit" && a.Signal == AlertSignal.Raised);

        var dead = new Lane();
        dead.Weeks(0, 2);
        dead.KitDead = true;
        dead.Weeks(2, 2.2);
        Assert.DoesNotContain(dead.Alerts, a => a.DeviceId == "kit" && a.Rule == "L1");
    }

    [Fact]
    public void Under_changed_declarations_what_did_not_change_goes_on()
    {
        var lane = new Lane { Crowd = (21 * 48) + 44 };
        lane.Weeks(0, 3);
        lane.Reload(Detectors.Replace("[residual, power]", "[residual]", StringComparison.Ordinal));
        lane.Weeks(3, 3.5);
        Assert.Single(lane.Alerts, a => a.Signal == AlertSignal.Raised && a.DeviceId == "door");
    }

    [Fact]
    public void The_account_says_how_many_alarms_were_asked_for_and_how_many_came()
    {
        var lane = new Lane { Doors = 8 };
        lane.Weeks(0, 5.5);
        var audit = lane.Engine.Detectors.Single(a => a.Id == "gathering");
        Assert.Equal(8, audit.Keys);
        Assert.True(audit.KeyWeeks > 15, $"{audit.KeyWeeks} weeks of doors");
        Assert.False(double.IsNaN(audit.Threshold));
        Assert.True(audit.Asked > 1, $"{audit.Asked} asked");
    }

    [Theory]
    [InlineData("detectors: [{id: a, detector: gatherin, watch: {kinds: [doorReader]}}]", "the detector 'gatherin'", "did you mean 'gathering'?")]
    [InlineData("detectors: [{id: a, detector: gathering, watch: {kinds: [doorreader]}}]", "the device kind 'doorreader'", "did you mean 'doorReader'?")]
    [InlineData("detectors: [{id: a, detector: gathering, watch: {kinds: [doorReader]}, channels: {in_count: [in_cuont]}}]", "the channel 'in_cuont'", "did you mean 'in_count'?")]
    [InlineData("detectors: [{id: a, detector: gathering, watch: {kinds: [doorReader]}, budget: lots}]", "'lots'", "false alarms a device may give in 30 days")]
    [InlineData("detectors: [{id: A b, detector: gathering, watch: {kinds: [doorReader]}}]", "the id 'A b'", "1 to 40 of")]
    [InlineData("detectors: [{id: a, detector: generic, watch: {kinds: [doorReader]}}]", "the channel 'value'", "")]
    [InlineData("detectors: [{id: a, detector: gathering, watsh: {kinds: [doorReader]}}]", "the unknown key 'watsh'", "did you mean 'watch'?")]
    public void What_is_wrong_in_detectors_yaml_is_named_with_what_is_allowed(string yaml, string found, string allowed)
    {
        var fault = Assert.Throws<RulePackException>(() => RuleBook.Parse([("detectors.yaml", yaml), ("pack.yaml", Pack.Replace("margin_", "rssi >= ", StringComparison.Ordinal))], new ChannelTable(), china));
        Assert.Contains(fault.Faults, f => f.File == "detectors.yaml" && f.Found.Contains(found, StringComparison.Ordinal) && f.Allowed.Contains(allowed, StringComparison.Ordinal));
    }

    /// <summary>A door, a line and a home, told every half hour with the ticks between; days like each other but for what the test does.</summary>
    private sealed class Lane
    {
        private readonly TestDirectory directory = new();
        private readonly Observation observation = new();
        private RuleBook book = Book(Detectors);
        private long position;
        private int told;

        public Lane()
        {
            directory.Add("line", "lineMonitor", RuleScene.Stairwell);
            directory.Add("kit", "elderKit", RuleScene.Stairwell + "/flat-1");
            directory.Add("door", "doorReader", RuleScene.Stairwell);
            Engine = new RuleEngine(book, directory, 0, Options);
        }

        public RuleEngine Engine { get; private set; }
        public List<Alert> Alerts { get; } = [];
        public List<ScoreReading> Told { get; } = [];
        public int Crowd { get; set; } = -1;
        public int Doors { get; set; } = 1;
        public int RestartEvery { get; set; }
        public bool HomeSilent { get; set; }
        public bool KitDead { get; set; }

        private static EngineOptions Options => new() { KeepScores = true };

        public void Weeks(double from, double to)
        {
            for (var slot = (int)(from * 336); slot < to * 336; slot++)
            {
                var half = slot % 48;
                var usual = half is < 13 or > 45 ? 0 : half is 16 or 17 && slot / 48 % 7 < 5 ? 12 : 3;
                var wobble = ((slot * 7919L % 3) - 1) * (usual > 0 ? 1 : 0);
                Say("door", slot, ("in_count", usual + wobble + (slot == Crowd ? 40 : 0)), ("out_count", 0));
                for (var d = 1; d < Doors; d++) Say("door" + d, slot, ("in_count", usual + (((slot * 104_729L) + d) % 3)));
                Say("line", slot, ("residual", 50 + (half % 5)), ("power", 100 + (half % 7)));
                if (!KitDead) Say("kit", slot, ("motion", half is >= 14 and < 45 && !HomeSilent ? 1 : 0));
                for (var m = 1; m < 30; m++) Tick(slot, m);
            }
        }

        public void Reload(string detectors) => Engine = Engine.Under(book = Book(detectors));

        private static RuleBook Book(string detectors) => RuleBook.Parse([("detectors.yaml", detectors), ("leads.yaml", Pack)], channels, china);

        private void Say(string id, int slot, params (string Channel, double Value)[] values)
        {
            observation.Clear();
            observation.Device = directory.Find(id) ?? directory.Add(id, "doorReader", RuleScene.Stairwell);
            observation.Kind = MessageKind.Telemetry;
            observation.Position = ++position;
            observation.AtMs = observation.ArrivalMs = monday.ToUnixTimeMilliseconds() + (slot * 1_800_000L);
            foreach (var (channel, value) in values) observation.Add(new Reading(channels.Find(channel)!, value));
            Engine.Judge(observation, Alerts);
            After();
        }

        private void Tick(int slot, int minute)
        {
            Engine.Tick(monday.ToUnixTimeMilliseconds() + (slot * 1_800_000L) + (minute * 60_000L), ++position, Alerts);
            After();
        }

        private void After()
        {
            Alerts.RemoveAll(a => a.Type == "DeviceOutage");
            foreach (var score in Engine.Scores.Skip(told)) Told.Add(score);
            told = Engine.Scores.Count;
            if (told > 500)
            {
                // The store has all but the newest hundred.
                var kept = Told[^100];
                Engine.ScoresStored(kept.Position, kept.Ordinal);
                told = Engine.Scores.Count;
            }

            if (RestartEvery == 0 || position % RestartEvery != 0) return;
            var saved = new ArrayBufferWriter<byte>();
            Engine.Save(saved);
            Engine = new RuleEngine(book, directory, 0, Options);
            Engine.Restore(saved.WrittenSpan);
        }
    }
}

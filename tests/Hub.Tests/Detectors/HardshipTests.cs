using Hub.Rules.Detectors;
using Hub.Rules.Engine;

namespace Hub.Tests.Detectors;

/// <summary>What the field does to a series, done to every detector that ships.</summary>
public sealed class HardshipTests
{
    private const int Rows = 4_000;

    public static TheoryData<string> Names => [.. Hub.Rules.Detectors.Detectors.All.Select(d => d.Name)];

    public static TheoryData<string, string> Hardships
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in Hub.Rules.Detectors.Detectors.All)
                foreach (var hardship in HardSeries.Names) data.Add(kind.Name, hardship);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Hardships))]
    public void No_row_makes_it_throw_or_raise_what_its_score_does_not_bear(string name, string hardship)
    {
        var detector = Make(name);
        foreach (var (at, values) in HardSeries.Of(hardship, detector.Channels.Length, Rows))
        {
            var finding = detector.Observe(at, values);
            Assert.False(double.IsInfinity(finding.Score));
            Assert.False(double.IsInfinity(finding.Threshold));
            if (finding.Alarm) Assert.True(finding.Score >= finding.Threshold, $"alarm at {finding.Score} of {finding.Threshold}");
            detector.Advance(at);
        }

        Assert.NotEmpty(detector.Explain());
    }

    [Theory]
    [MemberData(nameof(Hardships))]
    public void The_same_rows_give_the_same_findings_also_across_a_restart_at_any_row(string name, string hardship)
    {
        var rows = HardSeries.Of(hardship, Make(name).Channels.Length, Rows);
        var expected = Findings(Make(name), rows);
        var writer = new StateWriter();
        var detector = Make(name);
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % 97 == 5)
            {
                writer.Clear();
                detector.Save(writer);
                var reader = new StateReader(writer.Written);
                var explanation = detector.Explain();
                detector = Make(name);
                detector.Restore(ref reader);
                Assert.Equal(0, reader.Remaining);
                Assert.Equal(explanation, detector.Explain());
            }

            Assert.Equal(expected[i], detector.Observe(rows[i].AtMs, rows[i].Values));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Taking_a_row_allocates_nothing(string name)
    {
        var detector = Make(name);
        var rows = HardSeries.Of("none", detector.Channels.Length, Rows);
        for (var i = 0; i < Rows / 2; i++) detector.Observe(rows[i].AtMs, rows[i].Values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = Rows / 2; i < Rows; i++)
        {
            detector.Observe(rows[i].AtMs, rows[i].Values);
            detector.Advance(rows[i].AtMs);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_ends_too_soon_is_refused_and_not_half_believed(string name)
    {
        var writer = new StateWriter();
        var detector = Make(name);
        foreach (var (at, values) in HardSeries.Of("none", detector.Channels.Length, 200)) detector.Observe(at, values);
        detector.Save(writer);
        var whole = writer.Written.ToArray();
        for (var cut = 0; cut < whole.Length; cut += 1 + (whole.Length / 40))
            Assert.Throws<InvalidDataException>(() => Restore(name, whole.AsSpan(0, cut)));
    }

    private static void Restore(string name, ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        Make(name).Restore(ref reader);
    }

    private static Detector Make(string name) => Hub.Rules.Detectors.Detectors.Find(name)!.Create();

    private static List<Finding> Findings(Detector detector, List<(long AtMs, double[] Values)> rows) => rows.ConvertAll(r => detector.Observe(r.AtMs, r.Values));
}

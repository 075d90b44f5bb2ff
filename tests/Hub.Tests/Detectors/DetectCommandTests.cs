using System.IO.Compression;
using Hub.Commands;
using Hub.Tests.Support;

namespace Hub.Tests.Detectors;

public sealed class DetectCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-detect-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task One_row_is_written_for_each_row_read_and_its_time_stands_as_it_was_given()
    {
        var path = Write("in.csv", "when,label,reading\n2026-01-01 00:00:00,a,1\n2026-01-01T00:05:00,b,NaN\n\n2026-01-01T00:01:00Z,c,3\n1767225900000,d,\n1767225900000,d,5\n");
        Assert.Equal(0, await Detect("generic", path));
        var rows = Rows();
        Assert.Equal("ts,score,threshold,alarm,explain", rows[0]);
        Assert.Equal(["2026-01-01 00:00:00", "2026-01-01T00:05:00", "2026-01-01T00:01:00Z", "1767225900000", "1767225900000"], rows[1..].Select(r => r.Split(',')[0]));
        Assert.All(rows[1..], r => Assert.Equal("0", r.Split(',')[3]));
    }

    [Fact]
    public async Task A_zipped_file_says_the_same_as_a_plain_one()
    {
        var text = "ts,v\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * 60_000},{(i == 150 ? 99 : i % 3)}\n"));
        Assert.Equal(0, await Detect("generic", Write("in.csv", text)));
        var plain = Rows();
        var zipped = Path.Combine(folder, "in.csv.gz");
        await using (var gz = new GZipStream(File.Create(zipped), CompressionLevel.Fastest)) await gz.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        Assert.Equal(0, await Detect("generic", zipped));
        Assert.Equal(plain, Rows());
        Assert.Contains(plain, r => r.Split(',')[3] == "1");
    }

    [Fact]
    public async Task What_was_learnt_from_the_warm_file_is_not_written_but_known()
    {
        var warm = Write("warm.csv", "ts,v\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * 60_000},{i % 3}\n")));
        var path = Write("in.csv", "ts,v\n12000000,1\n12060000,99\n");
        Assert.Equal(0, await Detect("generic", path, "--warm", warm));
        Assert.Equal(3, Rows().Length);
        Assert.Equal("1", Rows()[2].Split(',')[3]);
        Assert.Equal(0, await Detect("generic", path));
        Assert.Equal("0", Rows()[2].Split(',')[3]);
    }

    [Theory]
    [InlineData("ts,v\n1,2\n2,x\n3,4\n", "line 3: found 'x' in column 'v'")]
    [InlineData("ts,v\n1,2\nyesterday,3\n", "line 3: found 'yesterday' as the time")]
    [InlineData("", "found no header")]
    [InlineData("# exported by hand\n", "line 1: found no header, expected")]
    [InlineData("value\n3\n", "line 1: found no header in 'value', expected a line such as 'ts,value'")]
    [InlineData("ts,v\n1,red\n2,green\n", "found no column of numbers")]
    public async Task Bad_input_is_named_with_its_line(string text, string expected)
    {
        var path = Write("in.csv", text);
        var fault = await Assert.ThrowsAsync<StartException>(() => Detect("generic", path));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mark", "\uFEFFts,v\n{0}")]
    [InlineData("comment", "# exported by hand\n# twice\nts,v\n{0}")]
    [InlineData("no header", "{0}")]
    [InlineData("spaces", " Time , Value (W) \n{0}")]
    public async Task A_series_reads_the_same_whoever_exported_it(string _, string shape)
    {
        var rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{1_700_000_000_000 + (i * 60_000)},{(i == 150 ? 99 : i % 3)}.5\n"));
        Assert.Equal(0, await Detect("generic", Write("in.csv", "ts,v\n" + rows)));
        var plain = Rows();
        Assert.Contains(plain, r => r.Split(',')[3] == "1");

        Assert.Equal(0, await Detect("generic", Write("in.csv", string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, rows))));
        Assert.Equal(plain, Rows());
        foreach (var other in new[] { rows.Replace("\n", "\r\n", StringComparison.Ordinal), rows.Replace("\n", "\r", StringComparison.Ordinal), rows.Replace(',', '\t'), rows.Replace(',', ';'), rows.Replace(',', ';').Replace('.', ',') })
        {
            var comma = other.Contains('\t', StringComparison.Ordinal) ? '\t' : other.Contains(';', StringComparison.Ordinal) ? ';' : ',';
            Assert.Equal(0, await Detect("generic", Write("in.csv", $"ts{comma}v\n{other}")));
            Assert.Equal(plain, Rows());
        }
    }

    [Fact]
    public async Task Seconds_since_1970_are_told_from_milliseconds_by_the_first_row()
    {
        var times = Enumerable.Range(0, 200).Select(i => (Seconds: 1_767_225_600L + (i * 300L), Value: i == 150 ? 99 : i % 3)).ToArray();
        Assert.Equal(0, await Detect("generic", Write("in.csv", "ts,v\n" + string.Concat(times.Select(t => $"{t.Seconds * 1000},{t.Value}\n")))));
        var scores = Rows().Select(r => r[(r.IndexOf(',', StringComparison.Ordinal) + 1)..]).ToArray();
        foreach (var form in new[] { "{0}", "{0}.000" })
        {
            Assert.Equal(0, await Detect("generic", Write("in.csv", "ts,v\n" + string.Concat(times.Select(t => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, t.Seconds) + $",{t.Value}\n")))));
            Assert.Equal(scores, Rows().Select(r => r[(r.IndexOf(',', StringComparison.Ordinal) + 1)..]));
            Assert.StartsWith("1767225600", Rows()[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_not_measured_is_written_in_many_ways_and_a_note_may_go_over_lines()
    {
        string[] nothing = ["", " ", "NaN", "nan", "NULL", "n/a", "N/A", "#N/A", "-", "--", "Infinity", "-inf", "None"];
        Assert.Equal(0, await Detect("generic", Write("in.csv", "ts,v,note\n" + string.Concat(nothing.Select((n, i) => $"{i},{n},\"a \"\"b\"\",\nc\"\n")) + "99,5,x\n")));
        Assert.Equal(nothing.Length + 2, Rows().Length);
    }

    [Fact]
    public async Task The_recording_itself_is_never_written_over()
    {
        var path = Write("out.csv", "ts,v\n1,2\n");
        Assert.Equal(2, await Detect("generic", path));
        Assert.Equal("ts,v\n1,2\n", File.ReadAllText(path));
        Assert.Equal(2, await Detect("generic", Write("in.csv", "ts,v\n1,2\n"), "--warm", path));
        Assert.Equal("ts,v\n1,2\n", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_detector_that_needs_names_says_so_of_a_file_without()
    {
        var path = Write("in.csv", "1767225600,3\n1767225900,4\n");
        var fault = await Assert.ThrowsAsync<StartException>(() => Detect("gathering", path));
        Assert.Contains("line 1: found a row of numbers where the columns are named; put a line such as 'ts,in_count", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_detector_is_answered_with_2() => Assert.Equal(2, await Detect("genric", Write("in.csv", "ts,v\n1,2\n")));

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string[] Rows() => File.ReadAllLines(Path.Combine(folder, "out.csv"));

    private async Task<int> Detect(string detector, string path, params string[] more)
    {
        var root = Verbs.Build(new VerbContext(new Dictionary<string, string?>(), new ManualClock()));
        return await root.Parse(["detect", "--detector", detector, "--in", path, "--out", Path.Combine(folder, "out.csv"), .. more])
            .InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
    }
}

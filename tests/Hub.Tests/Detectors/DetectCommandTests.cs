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
    [InlineData("ts,v\n1,red\n2,green\n", "found no column of numbers")]
    public async Task Bad_input_is_named_with_its_line(string text, string expected)
    {
        var path = Write("in.csv", text);
        var fault = await Assert.ThrowsAsync<StartException>(() => Detect("generic", path));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
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

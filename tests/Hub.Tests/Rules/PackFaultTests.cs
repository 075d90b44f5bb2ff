using System.Text;
using Hub.Core;
using Hub.Rules;

namespace Hub.Tests.Rules;

/// <summary>What integrators write by mistake, and what they are told.</summary>
public class PackFaultTests
{
    private const string Good = """
        pack: test
        rules:
          - id: T1
            version: 1.0.0
            type: BatteryThermal
            title: {zh: 热, en: Hot}
            description: {zh: 热, en: Hot}
            owner: PropertyOperator
            basis: none
            watch: {kinds: [chargerPort]}
            params: {limit: 60 °C, from: "20:00"}
            let:
              warm: port_temp >= $limit
            steps:
              - name: hot
                severity: P2
                when: {all: [warm, power < 5 W]}
                explain: {zh: "{port_temp}", en: "{port_temp}"}
            clear: {when: port_temp < 50 °C, for: 1 min}
            firstReceivers: [PropertyOperator]
        """;

    [Theory]
    [InlineData("power < 5 W", "power < 5 furlong", "test.yaml:17:38: the unit 'furlong'; one of W, kW")]
    [InlineData("power < 5 W", "power < 5 kw", "the unit 'kw'; did you mean 'kW'?")]
    [InlineData("limit: 60 °C", "limit: 60 C", "test.yaml:11:21: the unit 'C' in '60 C'; did you mean '°C'?")]
    [InlineData("power < 5 W", "power = 5 W", "the character '='; did you mean '=='?")]
    [InlineData("power < 5 W", "power < 5 W && port_temp > 3 °C", "'&&'; did you mean 'and'?")]
    [InlineData("power < 5 W", "power ＜ 5 W", "the character '＜'; did you mean '<'?")]
    [InlineData("power < 5 W", "warm and power < 5 W", "'warm', which is no known channel; 'warm' is a condition under 'let:', usable below the line that names it, alone or in a list: all: [warm, …]")]
    [InlineData("warm: port_temp >= $limit", "warm: cold\n      cold: {not: warm}", "test.yaml:13:13: 'cold', which is no known channel; 'cold' is a condition under 'let:', usable below the line that names it")]
    [InlineData("warm: port_temp >= $limit", "warm: {hold: warm, for: 1 min}", "'warm' is a condition under 'let:', usable below")]
    [InlineData("warm: port_temp >= $limit", "warm: {hold: rate(port_temp, 2 min) > 5 °C/min, for: 1 min}", "quotes around an expression with a comma")]
    [InlineData("{port_temp}\"}", "{port_tmp}\"}", "test.yaml:18:18: the placeholder '{port_tmp}' in step 'hot'; did you mean '{port_temp}'?")]
    [InlineData("title: {zh: 热, en: Hot}", "title: Hot", "test.yaml:6:12: the text 'Hot'; both languages: title: {zh: …, en: …}")]
    [InlineData("type: BatteryThermal", "type: BatteryTermal", "test.yaml:5:11: the type 'BatteryTermal'; did you mean 'BatteryThermal'?")]
    [InlineData("severity: P2", "severity: P2\n        confidence: 2", "test.yaml:17:21: a confidence of 2; a number from 0 to 1")]
    [InlineData("port_temp < 50 °C", "port_temp < 61 °C", "test.yaml:19:19: cleared at port_temp < 61 °C; a limit on the calm side of every step's, such as 60 °C")]
    [InlineData("for: 1 min", "for: 9000 d", "'9000 d'; a span of time such as 30 s, 10 min or 24 h, at most 400 d")]
    [InlineData("    clear:", "      - name: hot\n        severity: P1\n        when: port_temp > 80 °C\n        explain: {zh: 热, en: Hot}\n    clear:", "test.yaml:19:15: a second step 'hot'; a name once in a rule")]
    [InlineData("pack: test", "pack: \uFFFD\uFFFD", "test.yaml:1:7: a character that is no UTF-8; text in UTF-8; save the file in that encoding")]
    [InlineData("basis: none", "basis: &a none\n    description: *a", "test.yaml:10:18: the alias '*a'; the text itself")]
    public void A_slip_is_told_with_its_place_and_a_way_out(string from, string to, string message)
    {
        Assert.NotNull(RuleScene.Parse(Good));
        Assert.Contains(message, Refused(Good.Replace(from, to, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_nothing_ever_asks_is_refused()
    {
        var text = Good.Replace("port_temp >= $limit", "workday()", StringComparison.Ordinal).Replace(", power < 5 W]", "]", StringComparison.Ordinal)
            .Replace("{port_temp}", "{place}", StringComparison.Ordinal).Replace("clear: {when: port_temp < 50 °C, for: 1 min}", "clear: {quiet: 1 h}", StringComparison.Ordinal);
        Assert.Contains("test.yaml:17:15: a rule that names no channel and no event", Refused(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("", "\r")]
    [InlineData("\uFEFF", "\u2028")]
    public void A_pack_reads_the_same_whatever_editor_wrote_it(string mark, string lineEnd)
    {
        var book = RuleScene.Parse(mark + Good.Replace("\n", lineEnd, StringComparison.Ordinal));
        Assert.Equal(RuleScene.Parse(Good).Rules[0].Source, book.Rules[0].Source);
        Assert.Equal(RuleScene.Parse(Good).Compiled[0].Hash, book.Compiled[0].Hash);
    }

    [Theory]
    [InlineData("pack: x\nrules: ", "[", "]")]
    [InlineData("pack: x\nrules: ", "{a: ", "}")]
    public void Deep_nesting_is_a_fault_and_not_the_end_of_the_process(string head, string open, string close)
    {
        const int Deep = 100_000;
        var text = head + string.Concat(Enumerable.Repeat(open, Deep)) + string.Concat(Enumerable.Repeat(close, Deep));
        Assert.Contains("more than 64 levels within one another", Refused(text), StringComparison.Ordinal);
        Assert.Contains("more than 64 levels within one another", Refused(head + string.Concat(Enumerable.Repeat(open, Deep))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T1: {limit: 58 W}", "overrides.yaml:1:13: '58 W' for 'T1: limit'; a number in °C, as the rule's own 60 °C")]
    [InlineData("T1: {limit: hot}", "'hot' for 'T1: limit'; a number in °C")]
    [InlineData("T1: {from: 8 h}", "'8 h' for 'T1: from'; a time of day such as \"20:00\", as the rule's own 20:00")]
    [InlineData("T1: {limt: 58 °C}", "overrides.yaml:1:12: an override of 'T1: limt', which is no parameter of it; did you mean 'limit'?")]
    [InlineData("# note\nT9-long-name: {limit: 58 °C}", "overrides.yaml:2:1: an override of the rule 'T9-long-name', which is in no pack; one of T1")]
    [InlineData("T1: 58 °C", "overrides.yaml:1:5: the text '58 °C'; parameters of the rule, such as {warm: 58 °C}")]
    public void A_wrong_override_is_told_where_it_stands(string overrides, string message) =>
        Assert.Contains(message, Assert.Throws<RulePackException>(() => Book(("test.yaml", Good), ("overrides.yaml", overrides))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_override_keeps_the_quotes_of_the_others()
    {
        var text = RuleBook.Override("# by Wang\nT1: {from: \"21:30\"}\n", "T1", "limit", "58 °C");
        Assert.Equal("# by Wang\nT1: {from: \"21:30\", limit: 58 °C}\n", text);
        Assert.Equal("58 °C", Book(("test.yaml", Good), ("overrides.yaml", text)).Rules[0].Parameters!["limit"]);
    }

    [Fact]
    public void A_second_rule_of_an_id_is_told_with_both_places()
    {
        var twice = Good + Good[Good.IndexOf("\n  - id", StringComparison.Ordinal)..];
        Assert.Contains("test.yaml:21:5: a second rule 'T1', already in test.yaml, line 3", Refused(twice), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_would_not_be_read_is_told_and_so_is_one_in_another_encoding()
    {
        var folder = Directory.CreateTempSubdirectory("hub-packs-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "good.yaml"), Good);
            Assert.Single(RuleBook.Load(folder, new ChannelTable(), TimeZoneInfo.Utc).Rules);

            File.WriteAllText(Path.Combine(folder, "mine.yml"), Good.Replace("T1", "T2", StringComparison.Ordinal));
            Assert.Contains("mine.yml:1:1: a file that would not be read; the ending .yaml: mine.yaml", Load(folder), StringComparison.Ordinal);
            File.Delete(Path.Combine(folder, "mine.yml"));

            // 空闲 in GB 18030.
            byte[] chinese = [.. Encoding.ASCII.GetBytes("pack: "), 0xBF, 0xD5, 0xCF, 0xD0, .. Encoding.ASCII.GetBytes("\n")];
            File.WriteAllBytes(Path.Combine(folder, "gb.yaml"), chinese);
            Assert.Contains("gb.yaml:1:7: a character that is no UTF-8", Load(folder), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whatever is typed, the answer is a rule or a list of faults.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Half_typed_and_mangled_packs_never_fail_in_another_way(int seed)
    {
        var random = new Random(seed);
        var texts = RuleScene.Shipped.Files.Where(f => f.File[0] == 'a' || f.File[0] == 'l').ToArray();
        for (var i = 0; i < 150; i++)
        {
            var (file, text) = texts[random.Next(texts.Length)];
            var mangled = new StringBuilder(text);
            if (random.Next(2) == 0) mangled.Length = random.Next(mangled.Length);
            for (var n = random.Next(4); n > 0 && mangled.Length > 0; n--)
            {
                const string Marks = "{}[](),:'\"$&*#-|>\t\n\r%@`!=.0aµ \u2028";
                mangled[random.Next(mangled.Length)] = Marks[random.Next(Marks.Length)];
            }

            try
            {
                Book([.. RuleScene.Shipped.Files.Where(f => f.File is "detectors.yaml" or "calendar.yaml"), (file, mangled.ToString())]);
            }
            catch (RulePackException refused)
            {
                Assert.All(refused.Faults, f => Assert.True(f.Line >= 1 && f.Column >= 1 && f.Found.Length > 0 && f.Allowed.Length > 0, f.ToString()));
            }
        }
    }

    private static RuleBook Book(params (string File, string Text)[] files) => RuleBook.Parse(files, new ChannelTable(), TimeZoneInfo.Utc);

    private static string Refused(string text) => Assert.Throws<RulePackException>(() => RuleScene.Parse(text)).Message;

    private static string Load(string folder) => Assert.Throws<RulePackException>(() => RuleBook.Load(folder, new ChannelTable(), TimeZoneInfo.Utc)).Message;
}

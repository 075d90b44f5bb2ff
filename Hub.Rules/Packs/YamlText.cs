using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>From the text of one file to its YAML, whatever editor wrote it; what would end the process is refused before it is built.</summary>
internal static class YamlText
{
    // The deepest shipped condition has 12 levels. The tree is walked by recursion, so depth is stack.
    private const int MaxDepth = 64;

    // All that YAML takes for the end of a line: lines are counted here as YAML counts them.
    private static readonly char[] lineEnds = ['\r', '\u0085', '\u2028', '\u2029'];

    /// <summary>The text with one kind of line end, '\n', and without the mark some editors put before the first character.</summary>
    public static string Plain(string text)
    {
        text = text.TrimStart('\uFEFF');
        if (text.IndexOfAny(lineEnds) < 0) return text;
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        foreach (var end in lineEnds) text = text.Replace(end, '\n');
        return text;
    }

    /// <summary>The mapping that the file is.</summary>
    /// <param name="text">The whole file, already <see cref="Plain"/>.</param>
    /// <param name="faults">Takes what is wrong with it.</param>
    /// <param name="shape">What the file must hold, for messages.</param>
    /// <param name="mayBeEmpty">Nothing but comments is no fault.</param>
    /// <returns>Null when there is nothing to read, or a fault was found.</returns>
    public static YamlMap? Root(string text, FaultList faults, string shape, bool mayBeEmpty = false)
    {
        if (Lost(text, faults)) return null;
        try
        {
            if (!Sound(text, faults)) return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1) return YamlMap.AsMap(stream.Documents[0].RootNode, faults, shape);
            if (stream.Documents.Count > 1) faults.Add(stream.Documents[1].RootNode, $"{stream.Documents.Count} YAML documents", "one a file; put what stands after '---' into a file of its own");
            else if (!mayBeEmpty) faults.Add(1, 1, "nothing but blanks and comments", shape);
        }
        catch (YamlException fault)
        {
            faults.Add((int)fault.Start.Line, (int)fault.Start.Column, "text that is no YAML: " + (fault.InnerException as YamlException ?? fault).Message.TrimEnd('.'), shape);
        }

        return null;
    }

    // A file in GBK or another encoding loses its characters when it is read as UTF-8; its texts would reach people as boxes.
    private static bool Lost(string text, FaultList faults)
    {
        var at = text.IndexOf('\uFFFD', StringComparison.Ordinal);
        if (at < 0) return false;
        var before = text.AsSpan(0, at);
        faults.Add(before.Count('\n') + 1, at - before.LastIndexOf('\n'), "a character that is no UTF-8", "text in UTF-8; save the file in that encoding (it may be GBK, GB 18030 or an ANSI code page now)");
        return true;
    }

    // Reads event by event, which needs no stack, before the tree is built, which does.
    private static bool Sound(string text, FaultList faults)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (Next(parser))
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart when ++depth > MaxDepth:
                    faults.Add((int)parser.Current.Start.Line, (int)parser.Current.Start.Column, $"more than {MaxDepth} levels within one another", "fewer; name parts of a condition under 'let:'");
                    return false;
                case MappingEnd or SequenceEnd:
                    depth--;
                    break;
                case AnchorAlias alias:
                    faults.Add((int)alias.Start.Line, (int)alias.Start.Column, $"the alias '*{alias.Value}'", "the text itself, or a condition named under 'let:'; aliases are not read");
                    return false;
            }
        }

        return true;
    }

    // The scanner has texts it gives up on in its own way, such as a lone '?' or tab in odd places.
    private static bool Next(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException)
        {
            var mark = parser.Current?.End ?? Mark.Empty;
            throw new SyntaxErrorException(mark, mark, "what follows cannot be read");
        }
    }
}

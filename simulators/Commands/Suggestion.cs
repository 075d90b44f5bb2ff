namespace Hub.Simulators.Commands;

/// <summary>Finds the word somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>" Did you mean 'x'?" for the nearest known word, or nothing when none is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        var best = known.Select(k => (Word: k, Far: Distance(word, k))).OrderBy(k => k.Far).FirstOrDefault();
        return best.Word is not null && best.Far <= Math.Max(2, word.Length / 2) ? $" Did you mean '{best.Word}'?" : "";
    }

    // Levenshtein, one row.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

using System.Globalization;
using System.Text;
using Hub.Cases;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>The case list: by severity, then newest first.</summary>
internal static class CaseQueries
{
    private const int MaxLimit = 10_000;

    public static (IReadOnlyList<GridCase> Items, string? Next) List(SqliteConnection connection, CaseQuery q)
    {
        var sql = new StringBuilder("SELECT body FROM cases WHERE 1 = 1");
        var arguments = new List<(string, object?)>();
        void And(string condition, string name, object? value)
        {
            if (value is null) return;
            sql.Append(" AND ").Append(condition);
            arguments.Add((name, value));
        }

        And("is_open = $open", "$open", q.Open is { } open ? open ? 1 : 0 : null);
        And("type = $type", "$type", q.Type);
        And("severity = $severity", "$severity", q.Severity);
        And("state = $state", "$state", q.State);
        And("grids LIKE $grid ESCAPE '\\'", "$grid", q.Grid is null ? null : $"%|{Escape(q.Grid)}|%");
        And("(place_id = $place OR place_id LIKE $inside ESCAPE '\\')", "$place", q.Place);
        if (q.Place is not null) arguments.Add(("$inside", Escape(q.Place) + "/%"));
        And("opened_ms >= $since", "$since", q.SinceMs);
        And("opened_ms < $until", "$until", q.UntilMs);
        And("sim = $sim", "$sim", q.Sim is { } sim ? sim ? 1 : 0 : null);
        And("words LIKE $text ESCAPE '\\'", "$text", string.IsNullOrEmpty(q.Text) ? null : $"%{Escape(q.Text.ToLowerInvariant())}%");
        if (!q.IncludeRestricted) sql.Append(" AND restricted = 0");
        if (q.Cursor is not null)
        {
            var (severity, opened, id) = ReadCursor(q.Cursor);
            And("(severity > $cs OR (severity = $cs AND (opened_ms < $co OR (opened_ms = $co AND id > $ci))))", "$cs", severity);
            arguments.Add(("$co", opened));
            arguments.Add(("$ci", id));
        }

        var limit = Math.Clamp(q.Limit, 1, MaxLimit);
        sql.Append(" ORDER BY severity, opened_ms DESC, id LIMIT $limit");
        arguments.Add(("$limit", limit));
        var items = connection.Rows(sql.ToString(), r => CaseJson.ReadCase(r.GetString(0)), [.. arguments]);
        var next = items.Count == limit ? string.Create(CultureInfo.InvariantCulture, $"{(int)items[^1].Severity}.{items[^1].OpenedAtMs}.{items[^1].Id}") : null;
        return (items, next);
    }

    private static (int Severity, long OpenedMs, string Id) ReadCursor(string cursor)
    {
        var parts = cursor.Split('.', 3);
        if (parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var severity) && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var opened))
            return (severity, opened, parts[2]);
        throw new FormatException($"cursor '{cursor}' was not made by this list; leave it out to begin again");
    }

    private static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}

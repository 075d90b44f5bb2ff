using Hub.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Embedded;

public sealed partial class EmbeddedReadingsStore
{
    private static void FoldRollups(SqliteConnection reading, long series, SeriesQuery query, ISeriesFold fold)
    {
    }
}

using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Sqlite;

/// <summary>What is wrong with the hub's database.</summary>
public enum HubDatabaseFault
{
    /// <summary>Anything else.</summary>
    Other = 0,

    /// <summary>The folder or file cannot be opened or written.</summary>
    NotWritable = 1,

    /// <summary>The disk is full.</summary>
    DiskFull = 2,

    /// <summary>The file is damaged, or is no database.</summary>
    Damaged = 3,

    /// <summary>The file was written by a newer hub.</summary>
    TooNew = 4,
}

/// <summary>The hub's database cannot be used; the message names the file, what was found and what to do.</summary>
public sealed class HubDatabaseException(HubDatabaseFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What kind of fault.</summary>
    public HubDatabaseFault Fault { get; } = fault;

    internal static HubDatabaseException From(SqliteException e, string path)
    {
        const int readOnly = 8, ioError = 10, corrupt = 11, full = 13, cannotOpen = 14, notADatabase = 26;
        return e.SqliteErrorCode switch
        {
            full => new(HubDatabaseFault.DiskFull, $"{path}: the disk is full; make room, the hub goes on by itself", e),
            corrupt or notADatabase => new(HubDatabaseFault.Damaged, $"{path} is damaged or no database of the hub ({e.Message}); put it aside and restore a backup", e),
            readOnly or cannotOpen => new(HubDatabaseFault.NotWritable, $"{path} cannot be opened for writing ({e.Message}); check that its folder exists and belongs to the hub's user", e),
            ioError => new(HubDatabaseFault.Other, $"{path}: the disk reports an error ({e.Message})", e),
            _ => new(HubDatabaseFault.Other, $"{path}: {e.Message}", e),
        };
    }
}

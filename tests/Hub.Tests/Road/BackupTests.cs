using Hub.Adapters.Sqlite;
using Hub.Backups;
using Hub.Core.Devices;
using Hub.Tests.Support;

namespace Hub.Tests.Road;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("hub-backup-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    private string Backup => Path.Combine(_root, "backup");

    private string Restored => Path.Combine(_root, "restored");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Data, "evidence", "2026"));
        Directory.CreateDirectory(Path.Combine(Data, "logs"));
        await File.WriteAllTextAsync(Path.Combine(Data, "evidence", "2026", "photo.jpg"), "picture", Stop);
        await File.WriteAllTextAsync(Path.Combine(Data, "logs", "hub-20261122.json"), "{}", Stop);
        await File.WriteAllTextAsync(Path.Combine(Data, "hub.lock"), "", Stop);
        await using var database = await HubDatabase.OpenAsync(Path.Combine(Data, "hub.db"), new ManualClock());
        await new SqliteRegistryStore(database).SaveDevicesAsync([new DeviceRecord("alarm-1", "smokeAlarm", "", "leshan")], Stop);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_backed_up_is_there_after_a_restore()
    {
        var manifest = await WriteAsync();
        await BackupReader.RestoreAsync(Backup, Restored, Quiet, Stop);

        Assert.Equal(["evidence/2026/photo.jpg", "hub.db"], manifest.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Equal("picture", await File.ReadAllTextAsync(Path.Combine(Restored, "evidence", "2026", "photo.jpg"), Stop));
        await using var database = await HubDatabase.OpenAsync(Path.Combine(Restored, "hub.db"), new ManualClock());
        Assert.Equal("alarm-1", Assert.Single(await new SqliteRegistryStore(database).LoadDevicesAsync(Stop)).Id);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_leaves_the_data_folder_empty()
    {
        await WriteAsync();
        await using (var file = new FileStream(Path.Combine(Backup, "hub.db"), FileMode.Open)) file.WriteByte(0xFF);

        var refusal = await Assert.ThrowsAsync<StartException>(() => BackupReader.RestoreAsync(Backup, Restored, Quiet, Stop));

        Assert.Contains("hub.db has another checksum", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Restored, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_backup_that_was_not_finished_is_refused()
    {
        await WriteAsync();
        File.Delete(Path.Combine(Backup, BackupManifest.FileName));

        Assert.Contains("not finished", Assert.Throws<StartException>(() => BackupManifest.Read(Backup)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_backup_cannot_write_outside_the_data_folder(string path)
    {
        Directory.CreateDirectory(Backup);
        new BackupManifest(BackupManifest.ThisFormat, "0.1.0", DateTimeOffset.UnixEpoch, [new BackupFile(path, 0, "")]).Write(Backup);

        Assert.Contains("below the backup's folder", Assert.Throws<StartException>(() => BackupManifest.Read(Backup)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_user_who_backs_up_can_read_the_backup()
    {
        if (OperatingSystem.IsWindows()) return;

        await WriteAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Backup));
    }

    private Task<BackupManifest> WriteAsync() => new BackupWriter(Data, Backup, new ManualClock()).WriteAsync(Quiet, Stop);

    private static void Quiet(double share, string what)
    {
    }
}

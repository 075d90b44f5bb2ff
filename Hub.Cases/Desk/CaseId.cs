using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Cases.Limits;

namespace Hub.Cases.Desk;

/// <summary>Makes case ids that the journal determines: local date of opening and a short hash of what opened it.</summary>
internal static class CaseId
{
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // 32 signs without I, L, O, U: nobody confuses them on a phone

    /// <summary><c>yyyyMMdd-XXXXXX</c>; <paramref name="attempt"/> is 0 unless that id is taken.</summary>
    public static string Make(WorkCalendar calendar, long openedAtMs, string key, string origin, int attempt)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key}|{origin}|{attempt}"), hash);
        Span<char> word = stackalloc char[6];
        for (var i = 0; i < word.Length; i++) word[i] = Letters[hash[i] & 31];
        return string.Create(CultureInfo.InvariantCulture, $"{calendar.Local(openedAtMs):yyyyMMdd}-{word}");
    }
}

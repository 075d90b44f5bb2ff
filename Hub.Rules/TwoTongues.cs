using Hub.Core;

namespace Hub.Rules;

/// <summary>A text in both languages carried as one, where a reading has room for one: Chinese, then English.</summary>
internal static class TwoTongues
{
    private const string Between = " ‖ ";

    public static string Join(LocalText text) => text.Zh + Between + text.En;

    /// <summary>Both texts; the same twice when only one was given.</summary>
    public static LocalText Of(string text) =>
        text.IndexOf(Between, StringComparison.Ordinal) is >= 0 and var at ? new LocalText(text[..at], text[(at + Between.Length)..]) : new LocalText(text, text);
}

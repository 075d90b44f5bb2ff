using System.Text;

namespace Hub.Mqtt;

/// <summary>Stable words for reason codes, as labels of metrics.</summary>
public static class ReasonWords
{
    private static readonly string[] words = [.. Enumerable.Range(0, 256).Select(code => Kebab(((ReasonCode)code).ToString()))];

    /// <summary>Such as <c>not-authorized</c> for 0x87.</summary>
    public static string Word(this ReasonCode reason) => words[(byte)reason];

    /// <summary>Such as <c>queue-full</c>.</summary>
    public static string Word(this DropReason reason) => Kebab(reason.ToString());

    private static string Kebab(string name)
    {
        var word = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0) word.Append('-');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}

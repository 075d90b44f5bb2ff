namespace Hub.Core;

/// <summary>One text in the two languages every user-visible text exists in.</summary>
/// <param name="Zh">Chinese, simplified.</param>
/// <param name="En">English.</param>
public readonly record struct LocalText(string Zh, string En)
{
    /// <summary>The text for a culture name such as <c>zh-CN</c> or <c>en</c>; Chinese unless English is asked for.</summary>
    public string For(string? culture) =>
        culture is not null && culture.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? En : Zh;

    /// <inheritdoc/>
    public override string ToString() => En;
}

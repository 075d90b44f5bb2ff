using System.CommandLine;
using System.Globalization;
using Hub.Simulators.Scenes;

namespace Hub.Simulators.Commands;

/// <summary><c>scenes</c>: what can be played.</summary>
internal static class ScenesVerb
{
    public static Command Build()
    {
        var command = new Command("scenes", "Lists the scenes.");
        command.SetAction(_ =>
        {
            foreach (var s in SceneBook.All)
            {
                var hour = double.IsNaN(s.Hour) ? "" : string.Create(CultureInfo.InvariantCulture, $", about {TimeSpan.FromHours(s.Hour):hh\\:mm}");
                Console.WriteLine($"{s.Name,-18} {string.Join(", ", s.Types)} ({Length(s.Length)}{hour})");
                Console.WriteLine($"{"",-18} {s.Title.En} / {s.Title.Zh}");
            }
        });
        return command;
    }

    private static string Length(TimeSpan length) => string.Create(
        CultureInfo.InvariantCulture, $"{(length.TotalDays >= 2 ? length.TotalDays : length.TotalHours >= 2 ? length.TotalHours : length.TotalMinutes):0} {(length.TotalDays >= 2 ? "days" : length.TotalHours >= 2 ? "h" : "min")}");
}

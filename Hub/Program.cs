using System.CommandLine;
using Hub;
using Hub.Commands;
using Hub.Settings;

return await Entry.RunAsync(args);

/// <summary>The program: words on the command line to one verb, faults to one line and an exit code.</summary>
internal static class Entry
{
    /// <summary>Exit codes: 0 good, 1 something is wrong with settings, data or machine, 2 the words were not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var (words, settings) = Configuration.Split(args);
            var root = Verbs.Build(new VerbContext(settings, TimeProviders.Real));
            var parsed = root.Parse(words.Length == 0 ? ["run"] : words);
            if (parsed.Errors.Count > 0) return Verbs.Explain(parsed);
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (SettingsException e)
        {
            foreach (var fault in e.Faults) await Console.Error.WriteLineAsync($"hub: {fault}");
            return 1;
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"hub: {e.Message}");
            return 1;
        }
    }
}

/// <summary>The one place that names the machine's own clock; everything else is given a <see cref="TimeProvider"/>.</summary>
internal static class TimeProviders
{
#pragma warning disable RS0030 // the program's entry chooses the real clock
    public static TimeProvider Real => TimeProvider.System;
#pragma warning restore RS0030
}

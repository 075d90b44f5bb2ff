using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hub.Simulators.Commands;

/// <summary>The command line: which verbs there are, and what is said when a word is not understood.</summary>
internal static class Verbs
{
    /// <summary>The whole command line.</summary>
    public static RootCommand Build(TimeProvider real) =>
        new("Simulated communities for the hub: devices, scenes with ground truth, scoring, load.")
        {
            RunVerb.Build(real),
            ScoreVerb.Build(),
            LoadVerb.Build(real),
            ScenesVerb.Build(),
        };

    /// <summary>Tells what was not understood, and what was probably meant. Exit code 2.</summary>
    public static int Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name)).ToArray();
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (unknown is not null) Console.Error.WriteLine($"simulators: '{unknown}' is not known to '{command.Name}'.{Suggestion.For(unknown, known)} Try --help.");
        else foreach (var error in parsed.Errors) Console.Error.WriteLine($"simulators: {error.Message} Try --help.");
        return 2;
    }

    /// <summary>Parses and runs; faults the user can mend become one line.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider real)
    {
        var parsed = Build(real).Parse(args);
        if (parsed.Errors.Count > 0) return Explain(parsed);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (SimulatorException e)
        {
            await Console.Error.WriteLineAsync("simulators: " + e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (Mqtt.MqttClientException e)
        {
            await Console.Error.WriteLineAsync("simulators: " + e.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>An option with a description and, unless it stays out, a default.</summary>
    public static Option<T> Option<T>(string name, string description, T? fallback = default, bool required = false)
    {
        var option = new Option<T>(name) { Description = description, Required = required };
        if (!required && fallback is not null) option.DefaultValueFactory = _ => fallback;
        return option;
    }

    /// <summary>Demands that a number lies in a range.</summary>
    public static Option<double> Within(this Option<double> option, double min, double max)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<double>() is var v && !(v >= min && v <= max))
                result.AddError($"{option.Name} is {v}; allowed are {min} to {max}.");
        });
        return option;
    }

    /// <summary>Demands an address of one of the schemes.</summary>
    public static Option<string> Address(this Option<string> option, params string[] schemes)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count != 1) return;
            var text = result.Tokens[0].Value;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme, StringComparer.Ordinal))
                result.AddError($"{option.Name} is '{text}'; expected an address such as {schemes[0]}://127.0.0.1:{(schemes[0] == "mqtt" ? 1883 : 8080)}.");
        });
        return option;
    }

    /// <summary>Demands one of the known words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, IEnumerable<string> known)
    {
        var words = known.ToArray();
        option.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.SelectMany(t => t.Value.Split(',')))
                if (!words.Contains(word, StringComparer.Ordinal)) result.AddError($"{option.Name} '{word}' is not known.{Suggestion.For(word, words)} Known: {string.Join(", ", words)}.");
        });
        return option;
    }
}

using System.CommandLine;
using Hub.Settings;

namespace Hub.Commands;

/// <summary>The verbs of the command line, in the order the help shows them.</summary>
internal static class Verbs
{
    public static RootCommand Build(VerbContext context)
    {
        var root = new RootCommand("Hub: takes in what a community's devices say, judges it, and turns what is wrong into grid cases. / 智慧社区物联感知与告警中枢");
        root.Subcommands.Add(RunCommand.Build(context));
        root.Subcommands.Add(DemoCommand.Build(context));
        root.Subcommands.Add(CheckCommand.Build(context));
        root.Subcommands.Add(ReplayCommand.Build(context));
        root.Subcommands.Add(DecodeCommand.Build(context));
        root.Subcommands.Add(DetectCommand.Build(context));
        root.Subcommands.Add(DeviceCommand.Build(context));
        root.Subcommands.Add(UserCommand.Build(context));
        root.Subcommands.Add(TokenCommand.Build(context));
        root.Subcommands.Add(ImportCommand.Build(context));
        root.Subcommands.Add(BackupCommand.Build(context));
        root.Subcommands.Add(RestoreCommand.Build(context));
        return root;
    }

    /// <summary>Says what was not understood and what was probably meant; exit code 2.</summary>
    public static int Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var stray = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (stray is null)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"hub: {error.Message}");
        }
        else
        {
            var known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
            var near = Suggestion.For(stray, known);
            Console.Error.WriteLine($"hub: '{stray}' is not understood{(near is null ? "" : $"; did you mean '{near}'?")}");
        }

        Console.Error.WriteLine($"hub: see 'hub {(command is RootCommand ? "" : command.Name + " ")}--help'");
        return 2;
    }
}

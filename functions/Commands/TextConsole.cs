using Spectre.Console;

namespace Serverless.Commands;

/// <summary>The console of commands that people and scripts read.</summary>
internal static class TextConsole
{
    public static IAnsiConsole Create()
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            // A pipe has no width: sentences and digests stay on one line for whatever reads them.
            AnsiConsole.Profile.Width = 1000;
        }

        return AnsiConsole.Console;
    }
}

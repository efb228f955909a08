using Spectre.Console;

namespace Serverless.Commands;

/// <summary>The console of commands that people and scripts read.</summary>
internal static class TextConsole
{
    private const int LineOfPipe = 1000;

    public static IAnsiConsole Create()
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            // A pipe has no width: sentences and digests stay on one line for whatever reads them.
            AnsiConsole.Profile.Width = LineOfPipe;
        }

        return AnsiConsole.Console;
    }

    /// <summary>One that writes to <paramref name="output"/>: as to the terminal when it is that, and otherwise without colours, on lines as long as they are.</summary>
    public static IAnsiConsole Create(TextWriter output)
    {
        if (output == Console.Out)
        {
            return Create();
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = LineOfPipe;
        return console;
    }
}

using System.CommandLine;

namespace Serverless.Commands;

/// <summary><c>completion bash|zsh|pwsh</c>: a script for the shell, which asks this program by the directive <c>[suggest]</c> of System.CommandLine.</summary>
internal static class CompletionCommand
{
    private const string Program = "serverless";

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = $$"""
            _{{Program}}_complete() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$({{Program}} "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _{{Program}}_complete {{Program}}
            """,
        ["zsh"] = $$"""
            _{{Program}}_complete() {
              local -a words
              words=("${(@f)$({{Program}} "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -- $words
            }
            compdef _{{Program}}_complete {{Program}}
            """,
        ["pwsh"] = $$"""
            Register-ArgumentCompleter -Native -CommandName {{Program}} -ScriptBlock {
              param($word, $line, $position)
              {{Program}} "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", $"Print a script that completes '{Program}' in a shell; name the program so by an alias.") { shell };
        command.SetAction(line => line.InvocationConfiguration.Output.WriteLine(Scripts[line.GetRequiredValue(shell)]));
        return command;
    }
}

using System.Diagnostics;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Unit.Commands;

public sealed class CompletionCommandTests
{
    /// <summary>What a real bash offers, asked as when somebody presses Tab.</summary>
    [Fact]
    public async Task Bash_completes_commands_and_what_follows_them()
    {
        var program = ServerProgram.Start([], environment: null);
        var run = await CommandRun.RunAsync(
            new ProcessStartInfo("bash", ["-c", $$"""
                serverless() { '{{program.FileName}}' '{{program.ArgumentList.Single()}}' "$@"; }
                source <(serverless completion bash)
                press_tab() {
                  COMP_LINE=$1 COMP_POINT=${#1}
                  read -ra COMP_WORDS <<< "$1"
                  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                  "$(complete -p serverless | sed 's/.*-F \([^ ]*\).*/\1/')"
                  echo "${COMPREPLY[*]}"
                }
                press_tab 'serverless ro'
                press_tab 'serverless approvals take'
                press_tab 'serverless rollback --dry'
                """]),
            TestContext.Current.CancellationToken);

        Assert.Equal((0, "rollback rollout\ntake-back\n--dry-run"), (run.ExitCode, run.Output));
    }
}

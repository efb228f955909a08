using System.Text.RegularExpressions;
using Serverless.Tests.Support;

namespace Serverless.Tests.Infrastructure;

/// <summary>What can be said of the image and the service without building or starting them.</summary>
public sealed partial class ContainerTests
{
    private static string Dockerfile => Read("container", "Dockerfile");

    [Fact]
    public void Image_does_not_run_as_root()
    {
        var users = User().Matches(Dockerfile).Select(user => user.Groups["name"].Value).ToArray();

        Assert.Equal(["$APP_UID"], users);
        Assert.True(Dockerfile.IndexOf("USER ", StringComparison.Ordinal) < Dockerfile.IndexOf("ENTRYPOINT", StringComparison.Ordinal));
    }

    [Fact]
    public void Image_is_built_from_files_that_there_are_and_are_let_in()
    {
        var allowed = Read("container", "Dockerfile.dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var copied = Copy().Matches(Dockerfile).SelectMany(copy => copy.Groups["from"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();

        Assert.All(copied, file => Assert.True(Path.Exists(Path.Combine(Repository.Root, file)), file));
        Assert.All(copied, file => Assert.Contains(file.Split('/')[0], allowed));
    }

    [Fact]
    public void Image_and_service_are_asked_for_the_health_that_the_server_has()
    {
        Assert.Contains("http://localhost:8080/api/health\"", Dockerfile, StringComparison.Ordinal);
        Assert.Contains("\"--urls\", \"http://+:8080\"", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Example_keeps_the_root_file_system_read_only_and_gives_no_rights()
    {
        var compose = Read("container", "compose.yaml");

        Assert.Contains("read_only: true", compose, StringComparison.Ordinal);
        Assert.Contains("cap_drop: [ALL]", compose, StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", compose, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_the_examples_are_those_of_the_README()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var examples = Read("container", "compose.yaml") + Read("systemd", "updates.service") + Dockerfile;

        Assert.All(Setting().Matches(examples).Select(setting => setting.Value.Replace("__", ":", StringComparison.Ordinal)).Distinct(), setting =>
        {
            var section = setting[..setting.IndexOf(':', StringComparison.Ordinal)];
            Assert.Contains(rows, row => row.Contains($"`{setting}`", StringComparison.Ordinal)
                || (row.Contains($"`{section}:", StringComparison.Ordinal) && row.Contains($"`{setting[section.Length..]}`", StringComparison.Ordinal)));
        });
    }

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(Repository.Root, "infra", folder, file));

    [GeneratedRegex(@"(?m)^USER (?<name>\S+)")]
    private static partial Regex User();

    [GeneratedRegex(@"(?m)^COPY (?!--from)(?<from>.+) \S+$")]
    private static partial Regex Copy();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+__[A-Za-z0-9_]+\b")]
    private static partial Regex Setting();
}

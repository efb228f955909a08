using System.Text.RegularExpressions;
using Serverless.Commands;
using Serverless.Tests.Support;
using YamlDotNet.Serialization;

namespace Serverless.Tests.Infrastructure;

/// <summary>The workflow that apps copy, and our own.</summary>
public sealed partial class PipelineExampleTests
{
    private const string Example = "infra/github/publish.yml";

    public static TheoryData<string> Workflows => [Example, ".github/workflows/ci.yml"];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_named_by_its_commit(string workflow)
    {
        var actions = Action().Matches(Read(workflow)).Select(action => action.Groups["action"].Value).ToArray();

        Assert.NotEmpty(actions);
        Assert.All(actions, action => Assert.Matches("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", action));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Rights_are_given_job_by_job(string workflow)
    {
        var root = Parse(workflow);

        Assert.Empty(Map(root["permissions"]));
        Assert.All(Map(root["jobs"]).Values, job => Assert.NotEmpty(Map(Map(job)["permissions"])));
    }

    [Fact]
    public void Example_may_prove_who_it_is_and_keeps_no_secret()
    {
        var job = Map(Map(Parse(Example)["jobs"])["publish"]);

        Assert.Equal(new Dictionary<object, object> { ["contents"] = "read", ["id-token"] = "write" }, Map(job["permissions"]));
        Assert.DoesNotContain("secrets.", Read(Example), StringComparison.Ordinal);
    }

    [Fact]
    public void Example_pushes_by_options_that_there_are()
    {
        var job = Map(Map(Parse(Example)["jobs"])["publish"]);
        var push = Assert.Single(((List<object>)job["steps"]).Select(step => Map(step).GetValueOrDefault("run") as string), run => run?.Contains(" push ", StringComparison.Ordinal) is true)!;
        var arguments = push[(push.IndexOf("-- ", StringComparison.Ordinal) + 3)..].Replace("\"", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Empty(CommandLine.Parse(arguments).Errors);
        Assert.NotEmpty(CommandLine.Parse([.. arguments, "--no-such-option"]).Errors);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static Dictionary<object, object> Parse(string path) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(Read(path));

    private static Dictionary<object, object> Map(object node) => (Dictionary<object, object>)node;

    [GeneratedRegex(@"uses: (?<action>\S+)")]
    private static partial Regex Action();
}

using System.Text.Json;

namespace Serverless.Tests.Infrastructure;

/// <summary>The Bicep files, as their own tools see them.</summary>
public sealed class BicepTests(CompiledTemplates templates)
{
    [BicepFact]
    public void Files_compile_without_a_word() => Assert.Equal((0, ""), (templates.Build.ExitCode, templates.Build.Output));

    [BicepFact]
    public void Linter_has_nothing_to_say() => Assert.Equal((0, ""), (templates.Lint.ExitCode, templates.Lint.Output));

    [BicepFact]
    public void Every_parameter_is_described() =>
        Assert.Empty(Parameters(templates.Main).Concat(Parameters(templates.Subscription)).Where(parameter => !IsDescribed(parameter.Value)).Select(parameter => parameter.Name));

    [BicepFact]
    public void Nothing_in_main_reads_a_key() => Assert.DoesNotMatch(@"(?i)\blist[a-z]*\s*\(", templates.MainText);

    private static bool IsDescribed(JsonElement parameter) =>
        parameter.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("description", out var words) && words.GetString()!.EndsWith('.');

    /// <summary>Of a template and of all modules in it.</summary>
    private static IEnumerable<JsonProperty> Parameters(JsonElement template)
    {
        foreach (var parameter in template.TryGetProperty("parameters", out var own) ? own.EnumerateObject() : default)
        {
            yield return parameter;
        }

        foreach (var resource in Resources(template).Where(resource => resource.GetProperty("type").GetString() == "Microsoft.Resources/deployments"))
        {
            foreach (var parameter in Parameters(resource.GetProperty("properties").GetProperty("template")))
            {
                yield return parameter;
            }
        }
    }

    private static IEnumerable<JsonElement> Resources(JsonElement template) => template.GetProperty("resources") is { ValueKind: JsonValueKind.Object } named
        ? named.EnumerateObject().Select(resource => resource.Value)
        : template.GetProperty("resources").EnumerateArray();
}

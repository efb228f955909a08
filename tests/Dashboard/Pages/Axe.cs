using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Serverless.Tests.Dashboard.Pages;

/// <summary>Asks axe what hinders people on a page. Its script is handed to a document once, because that takes twenty times as long as to ask it.</summary>
internal static class Axe
{
    private const string Run = """
        rule => axe.run({ resultTypes: ['violations'], ...rule && { runOnly: { type: 'rule', values: [rule] } } }).then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ help, nodes }) => `${help}: ${nodes.map(node => node.html).join(' | ')}`))
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <param name="page">What is looked at.</param>
    /// <param name="rule">The only one that is asked; null for all.</param>
    /// <returns>What is serious or critical, a sentence each.</returns>
    public static async Task<string[]> FindAsync(IPage page, string? rule = null)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(Script);
        }

        return await page.EvaluateAsync<string[]>(Run, rule);
    }
}

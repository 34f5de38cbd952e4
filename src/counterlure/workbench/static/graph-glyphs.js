// How the picture draws a glyph: accounts round, people square, clusters as double rings; the mark inside tells the level.

const SHAPE = { target: 0, alert: 1, watch: 2, clear: 3, insufficient: 4, cluster: 5, hub: 6 };

/** The number of a node's shape, as the shader knows it. */
export function shape(node) {
  if (node.kind === "target") return node.hub ? SHAPE.hub : SHAPE.target;
  if (node.kind !== "account") return SHAPE.cluster;
  return SHAPE[node.level] ?? SHAPE.insufficient;
}

/** null without WebGL, true where the processor draws, false with a graphics card. */
export function graphics() {
  const gl = document.createElement("canvas").getContext("webgl2") ?? document.createElement("canvas").getContext("webgl");
  if (!gl) return null;
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  const name = told ? gl.getParameter(told.UNMASKED_RENDERER_WEBGL) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

const VERTEX = `
attribute vec4 a_id; attribute vec4 a_color; attribute vec4 a_ground;
attribute vec2 a_position; attribute float a_size; attribute float a_shape; attribute float a_angle;
uniform mat3 u_matrix; uniform float u_sizeRatio; uniform float u_correctionRatio;
varying vec4 v_color; varying vec4 v_ground; varying vec2 v_place; varying float v_pixel; varying float v_shape;
void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 offset = size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + offset, 1)).xy, 0, 1);
  v_place = offset / (size / 2.0);
  v_pixel = u_correctionRatio * 4.0 / size;
  v_shape = a_shape;
  v_ground = a_ground;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= 255.0 / 254.0;
  v_ground.a *= 255.0 / 254.0;
}`;

const FRAGMENT = `
precision highp float;
varying vec4 v_color; varying vec4 v_ground; varying vec2 v_place; varying float v_pixel; varying float v_shape;
float box(vec2 p, float half_side) { vec2 q = abs(p) - half_side; return max(q.x, q.y); }
float diamond(vec2 p, float r) { return (abs(p.x) + abs(p.y) - r) * 0.7071; }
float triangle(vec2 p, float r) { return max(-p.y - 0.5 * r, max(0.866 * p.x, -0.866 * p.x) + 0.5 * p.y - 0.5 * r); }
float inside(float d) { return 1.0 - smoothstep(-v_pixel, v_pixel * 0.2, d); }
void main() {
  bool square = v_shape < 0.5 || v_shape > 5.5;
  float edge = square ? box(v_place, 0.78) : length(v_place) - 0.97;
  #ifdef PICKING_MODE
  gl_FragColor = edge > 0.0 ? vec4(0.0) : v_color;
  #else
  float line = max(0.17, 2.2 * v_pixel);
  vec4 paint = v_color;
  if (v_shape > 5.5) {
    paint = mix(v_color, v_ground, inside(box(v_place, 0.78 - line)) - inside(box(v_place, 0.36)));
  } else if (v_shape > 4.5) {
    float thin = min(0.16, max(0.02, 3.0 * v_pixel));
    float hollow = inside(edge + thin) - inside(edge + thin * 1.8) + inside(edge + thin * 2.5);
    paint = mix(v_color, mix(v_ground, v_color, 0.10), hollow);
  } else if (v_shape > 3.5) {
    paint = mix(v_color, v_ground, inside(edge + line) - inside(max(abs(v_place.x) - 0.42, abs(v_place.y) - 0.13)));
  } else if (v_shape > 2.5) {
    paint = mix(v_color, v_ground, inside(edge + line));
  } else if (v_shape > 1.5) {
    paint = mix(v_color, v_ground, inside(edge + line) - inside(diamond(v_place, 0.55)));
  } else if (v_shape > 0.5) {
    paint = mix(v_color, v_ground, inside(triangle(v_place - vec2(0.0, -0.06), 0.62)));
  }
  gl_FragColor = mix(vec4(0.0), paint, inside(edge));
  #endif
}`;

/** The program for sigma; `Sigma` is the library. */
export function glyphProgram(Sigma) {
  const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
  const { floatColor } = Sigma.utils;
  return class extends Sigma.rendering.NodeProgram {
    getDefinition() {
      return {
        VERTICES: 3,
        VERTEX_SHADER_SOURCE: VERTEX,
        FRAGMENT_SHADER_SOURCE: FRAGMENT,
        METHOD: TRIANGLES,
        UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix"],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT },
          { name: "a_size", size: 1, type: FLOAT },
          { name: "a_shape", size: 1, type: FLOAT },
          { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_ground", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
        ],
        CONSTANT_ATTRIBUTES: [{ name: "a_angle", size: 1, type: FLOAT }],
        CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
      };
    }

    processVisibleItem(id, start, node) {
      const told = [node.x, node.y, node.size, node.shape, floatColor(node.color), floatColor(node.ground), id];
      told.forEach((value, place) => {
        this.array[start + place] = value;
      });
    }

    setUniforms(params, { gl, uniformLocations }) {
      gl.uniform1f(uniformLocations.u_correctionRatio, params.correctionRatio);
      gl.uniform1f(uniformLocations.u_sizeRatio, params.sizeRatio);
      gl.uniformMatrix3fv(uniformLocations.u_matrix, false, params.matrix);
    }
  };
}
